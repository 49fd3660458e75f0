"""Shape and wording of what rolls and votes take in."""
