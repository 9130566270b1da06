# The bucket comes from the command line, for its name holds the folder: fly-potato-prod-<folder id>-state.
key = "prod/terraform.tfstate"
