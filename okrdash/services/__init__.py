"""What a person can do, one function each: authorise, validate, one transaction with its event."""
