"""Shape and wording of what people type about tickets."""
