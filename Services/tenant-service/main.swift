TenantProgram.run()
