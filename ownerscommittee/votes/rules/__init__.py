"""The law of votes as functions of values: no query, no clock, no request.

Areas come in hundredths of a square metre and heads in owners, both whole numbers, so that a
fraction is compared by multiplication and nothing is ever rounded. Articles are of the Civil
Code (民法典) unless another text is named.
"""
