throw new Error("this location cannot be loaded");
