raise Exception("this location cannot be loaded")
