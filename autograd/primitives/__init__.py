"""What can be differentiated: a file for each family, and the one form in which a primitive is declared."""
