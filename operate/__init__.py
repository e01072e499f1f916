"""What the operator of a deployment runs on a machine of their own, with their AWS credentials."""
