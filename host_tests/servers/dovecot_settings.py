"""Dovecot's configuration, in the syntax of 2.3 and in that of 2.4."""

from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from host_tests.servers.certificates import Certificate
from host_tests.servers.running import Account, ipv6_here

__all__ = ["Options", "of_2_3", "of_2_4", "of_tokens"]


class Options(Protocol):
    """What a Dovecot was asked for, and where its things lie."""

    host: str
    port: int
    tls_port: int | None
    certificate: Certificate
    mechanisms: Collection[str]
    stls: bool
    apop: bool
    cleartext: bool
    lock: bool
    folder: Path
    run_folder: Path
    program: Path
    logs: Path


def of_2_3(server: Options, user: Account) -> str:
    """dovecot.conf for Dovecot 2.3."""
    return f"""
{_common(server, user)}
import_environment = TZ LD_LIBRARY_PATH

ssl_cert = <{server.certificate.chain}
ssl_key = <{server.certificate.key}
ssl_dh =

disable_plaintext_auth = {_yes(not server.cleartext)}
passdb {{
  driver = passwd-file
  mechanisms = plain login apop cram-md5 scram-sha-256
  args = scheme=PLAIN username_format=%u {server.folder}/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {server.folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={user.uid} gid={user.gid} home={server.folder}/mail/%u
}}
mail_location = maildir:~/Maildir

service pop3-login {{
  service_count = 0
}}
"""


def of_tokens(server: Options) -> str:
    """The file for Dovecot 2.3 that says how to check access tokens."""
    return f"""
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={server.folder}/keys/
username_attribute = sub
"""


def of_2_4(server: Options, user: Account) -> str:
    """dovecot.conf for Dovecot 2.4."""
    return f"""
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
{_common(server, user)}
import_environment {{
  LD_LIBRARY_PATH = %{{env:LD_LIBRARY_PATH}}
}}

ssl_server_cert_file = {server.certificate.chain}
ssl_server_key_file = {server.certificate.key}

auth_allow_cleartext = {_yes(server.cleartext)}
passdb passwd-file {{
  passwd_file_path = {server.folder}/users
}}
oauth2 {{
  introspection_mode = local
  username_attribute = sub
  oauth2_local_validation {{
    dict fs {{
      fs posix {{
        prefix = {server.folder}/keys/
      }}
    }}
  }}
}}
userdb static {{
  fields {{
    uid = {user.uid}
    gid = {user.gid}
    home = {server.folder}/mail/%{{user}}
  }}
}}
mail_driver = maildir
mail_path = ~/Maildir

service pop3-login {{
  restart_request_count = unlimited
}}
"""


def _common(server: Options, user: Account) -> str:
    """What both understand."""
    mechanisms = [name.lower() for name in server.mechanisms] + (["apop"] if server.apop else [])
    listen = ["127.0.0.1"] + (["::1"] if ipv6_here() else []) + ([] if server.cleartext else [server.host])
    return f"""
protocols = pop3
listen = {", ".join(listen)}
base_dir = {server.run_folder}
state_dir = {server.folder}/state
libexec_dir = {server.program}
log_path = {server.logs}/dovecot.log
default_internal_user = {user.name}
default_internal_group = {user.group}
default_login_user = {user.name}
first_valid_uid = 1
first_valid_gid = 0
verbose_proctitle = no

ssl = {_yes(server.stls)}
auth_mechanisms = {" ".join(mechanisms)}
auth_failure_delay = 0
auth_verbose = yes
pop3_lock_session = {_yes(server.lock)}

service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service auth {{
  user = {user.name}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {server.port}
  }}
  inet_listener pop3s {{
    port = {server.tls_port}
    ssl = yes
  }}
}}
"""


def _yes(condition: bool) -> str:
    return "yes" if condition else "no"
