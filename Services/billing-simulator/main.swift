BillingProgram.run()
