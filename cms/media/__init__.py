"""Pictures and files below the models: formats, decoding apart from the site, renditions, what is hidden in a file."""
