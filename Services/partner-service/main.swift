PartnerProgram.run()
