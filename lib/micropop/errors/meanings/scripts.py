"""What servers say in other scripts, as octets: in UTF-8, and in GBK, which 163, QQ and Sina use."""

ROWS = (
    # too many
    ("LoginDelay", 300, "过多 太多 過多 多すぎ 너무".encode() + b" \xb9\xfd\xb6\xe0 \xcc\xab\xb6\xe0"),
    # password
    (None, 0, "密码 密碼 パスワード 비밀번호 арол".encode() + b" \xc3\xdc\xc2\xeb"),
    # frequent; too
    ("LoginDelay", 300, "频繁 頻繁 лишком".encode() + b" \xc6\xb5\xb7\xb1"),
    # logged in twice; in use; occupied; locked
    (
        "InUse",
        60,
        "重复登录 重複登入 正在使用 使用中 占用 ロック спользуется".encode()
        + b" \xd6\xd8\xb8\xb4\xb5\xc7\xc2\xbc \xd5\xfd\xd4\xda\xca\xb9\xd3\xc3"
        + b" \xca\xb9\xd3\xc3\xd6\xd0 \xd5\xbc\xd3\xc3",
    ),
    # later, in a moment; busy; for now
    (
        "TemporaryFailure",
        60,
        "稍后 稍候 稍後 繁忙 暂时 暫時 しばらく 一時的 나중 잠시 озже анят ременно".encode()
        + b" \xc9\xd4\xba\xf3 \xc9\xd4\xba\xf2 \xb7\xb1\xc3\xa6 \xd4\xdd\xca\xb1",
    ),
)
