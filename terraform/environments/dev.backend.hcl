# The bucket comes from the command line, for its name holds the folder: fly-potato-dev-<folder id>-state.
key = "dev/terraform.tfstate"
