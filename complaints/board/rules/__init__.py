"""What may stand on the board, and how a month's figures come about: values in, values out."""
