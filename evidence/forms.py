"""A receipt, as a file or as pasted text."""

from typing import Any

from django import forms

from evidence.rules.receipts import read_receipt

LARGEST = 65_536  # bytes; a receipt has about two thousand
NO_RECEIPT = "这不是一份完整的回执。请选投票后下载的回执文件，或者把文字全部贴上。"


class ReceiptForm(forms.Form):
    file = forms.FileField(label="回执文件", required=False)
    text = forms.CharField(
        label="也可以把回执的文字贴在这里", required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file, text = given.get("file"), given.get("text", "")
        if file and file.size <= LARGEST:
            text = file.read().decode(errors="replace")
        if not text.strip():
            raise forms.ValidationError("请先选回执文件，或者贴上文字。")
        try:
            given["receipt"] = read_receipt(text)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise forms.ValidationError(NO_RECEIPT) from None
        return given
