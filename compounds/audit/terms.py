"""The words of the audit log. Nothing here does anything."""

from django.db.models import TextChoices


class Verb(TextChoices):
    SIGNED_IN = "signed_in", "登录"
    SIGN_IN_FAILED = "sign_in_failed", "登录失败"
    LOCKED_OUT = "locked_out", "登录锁定"
    SIGNED_OUT = "signed_out", "退出"
    SESSIONS_ENDED = "sessions_ended", "登录失效"
    AUTHENTICATOR_SET = "authenticator_on", "开启动态口令"
    AUTHENTICATOR_REMOVED = "authenticator_off", "关闭动态口令"
    REVEALED = "revealed", "查看手机号"
    EXPORTED = "exported", "导出"
    ACCESS_GRANTED = "access_granted", "发放凭证"
    ACCESS_CHANGED = "access_changed", "修改凭证"
    ACCESS_REVOKED = "access_revoked", "作废凭证"
    FEED_MADE = "feed_made", "建立订阅"
    FEED_REVOKED = "feed_revoked", "停用订阅"
    BALLOTS_LISTED = "ballots_listed", "查看投票名单"
    BALLOT_OPENED = "ballot_opened", "查看选票"
    FORGOTTEN = "forgotten", "抹去个人信息"
    ROW_ADDED = "row_added", "新增"
    ROW_CHANGED = "row_changed", "修改"
    ROW_REMOVED = "row_removed", "删除"


# Each a whole sentence; `reason` and `columns` stand only where the verb has them.
SENTENCES = {
    Verb.SIGNED_IN: "{who}登录了系统。",
    Verb.SIGN_IN_FAILED: "有人用{target}的号码登录，没有成功。",
    Verb.LOCKED_OUT: "{target}的号码多次登录失败，已暂停登录。",
    Verb.SIGNED_OUT: "{who}退出了系统。",
    Verb.SESSIONS_ENDED: "{who}让{target}在其他设备上的登录失效。",
    Verb.AUTHENTICATOR_SET: "{who}开启了{target}的动态口令。",
    Verb.AUTHENTICATOR_REMOVED: "{who}关闭了{target}的动态口令。",
    Verb.REVEALED: "{who}查看了{target}的完整手机号。理由：{reason}",
    Verb.EXPORTED: "{who}导出了{target}。用途：{reason}",
    Verb.ACCESS_GRANTED: "{who}给外部系统发了凭证：{target}。",
    Verb.ACCESS_CHANGED: "{who}改了外部系统的凭证：{target}。",
    Verb.ACCESS_REVOKED: "{who}作废了外部系统的凭证：{target}。",
    Verb.FEED_MADE: "{who}建立了订阅地址：{target}。",
    Verb.FEED_REVOKED: "{who}停用了订阅地址：{target}。",
    Verb.BALLOTS_LISTED: "{who}查看了「{target}」的投票名单。",
    Verb.BALLOT_OPENED: "{who}查看了{target}的选择。理由：{reason}",
    Verb.FORGOTTEN: "{who}抹去了{target}里的个人信息。原因：{reason}",
    Verb.ROW_ADDED: "{who}新增了{kind}：{target}。",
    Verb.ROW_CHANGED: "{who}修改了{kind}：{target}。改动：{columns}。",
    Verb.ROW_REMOVED: "{who}删除了{kind}：{target}。",
}
SYSTEM = "系统"
NOT_SAID = "未写明"
