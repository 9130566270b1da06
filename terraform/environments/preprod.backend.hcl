# The bucket comes from the command line, for its name holds the folder: fly-potato-preprod-<folder id>-state.
key = "preprod/terraform.tfstate"
