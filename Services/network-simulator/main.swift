NetworkProgram.run()
