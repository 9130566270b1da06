# The bucket comes from the command line, for its name holds the folder: fly-potato-test-<folder id>-state.
key = "test/terraform.tfstate"
