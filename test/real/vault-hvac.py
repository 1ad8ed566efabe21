"""Drives a Vault through its whole life with hvac; prints what it found as JSON.

Arguments: URL of each node. Standard input: a certificate request in PEM. The shares of its key are made anew for two people
whose keys GnuPG makes and keeps in GNUPGHOME.
"""

import base64
import json
import subprocess
import sys

import hvac

people = ["ada@atelier.example", "ben@atelier.example"]


def gpg(*words, given=b""):
    return subprocess.run(["gpg", "--batch", "--quiet", *words], input=given, capture_output=True, check=True).stdout


def opened(index, message):
    return gpg("--pinentry-mode", "loopback", "--passphrase", "", "--local-user", people[index], "--decrypt", given=base64.b64decode(message)).decode()


for person in people:
    gpg("--passphrase", "", "--quick-generate-key", person, "rsa2048", "default", "never")
    fingerprint = gpg("--with-colons", "--list-keys", person).decode().split("fpr:::::::::")[1].split(":")[0]
    gpg("--passphrase", "", "--quick-add-key", fingerprint, "rsa2048", "encrypt", "never")
holders = [base64.b64encode(gpg("--export", person)).decode() for person in people]

nodes = [hvac.Client(url=url) for url in sys.argv[1:]]
client = nodes[0]
found = {"initialised_before": client.sys.is_initialized()}
keys = client.sys.initialize(5, 3)
for node in nodes:
    node.sys.submit_unseal_keys(keys["keys"][:3])
client.token = keys["root_token"]
found["sealed"] = [node.sys.is_sealed() for node in nodes]
health = [node.sys.read_health_status(method="GET") for node in nodes]
found["health"] = [getattr(each, "status_code", 200) for each in health]
found["leader"] = client.sys.read_leader_status()["is_self"]

client.sys.enable_secrets_engine("kv", path="secret", options={"version": "2"})
v2 = client.secrets.kv.v2
v2.create_or_update_secret("shop/billing", {"password": "one"}, cas=0)
v2.create_or_update_secret("shop/billing", {"password": "two"}, cas=1)
try:
    v2.create_or_update_secret("shop/billing", {"password": "three"}, cas=1)
    found["cas"] = "taken"
except hvac.exceptions.InvalidRequest as error:
    found["cas"] = str(error)
v2.delete_secret_versions("shop/billing", [2])
v2.undelete_secret_versions("shop/billing", [2])
found["value"] = v2.read_secret_version("shop/billing")["data"]["data"]["password"]
found["listed"] = v2.list_secrets("shop")["data"]["keys"]
client.sys.enable_secrets_engine("kv", path="legacy", options={"version": "1"})
client.secrets.kv.v1.create_or_update_secret("hall", {"pin": "1"}, mount_point="legacy")
found["legacy"] = client.secrets.kv.v1.read_secret("hall", mount_point="legacy")["data"]
client.secrets.kv.v1.create_or_update_secret("hall", {"lock": "2"}, mount_point="legacy")
found["legacy_whole"] = client.secrets.kv.v1.read_secret("hall", mount_point="legacy")["data"]
client.secrets.kv.v1.delete_secret("hall", mount_point="legacy")
try:
    client.secrets.kv.v1.read_secret("hall", mount_point="legacy")
    found["legacy_gone"] = False
except hvac.exceptions.InvalidPath:
    found["legacy_gone"] = True

client.sys.create_or_update_policy("shop", 'path "secret/data/shop/*" { capabilities = ["read"] }')
client.sys.enable_auth_method("approle")
client.auth.approle.create_or_update_approle("console", token_policies=["shop"], token_ttl="10m")
role = client.auth.approle.read_role_id("console")["data"]["role_id"]
secret = client.auth.approle.generate_secret_id("console")["data"]["secret_id"]
other = hvac.Client(url=sys.argv[1])
login = other.auth.approle.login(role, secret)
found["policies"] = login["auth"]["policies"]
found["lookup"] = other.auth.token.lookup_self()["data"]["ttl"] > 500
other.auth.token.renew_self()
try:
    other.secrets.kv.v2.create_or_update_secret("shop/billing", {"password": "x"})
    found["denied"] = False
except hvac.exceptions.Forbidden:
    found["denied"] = True
other.auth.token.revoke_self()
try:
    other.secrets.kv.v2.read_secret_version("shop/billing")
    found["revoked"] = False
except hvac.exceptions.Forbidden:
    found["revoked"] = True

client.sys.enable_secrets_engine("pki", path="pki")
client.secrets.pki.generate_root("internal", "Lab", extra_params={"key_type": "ec", "ttl": "8760h"})
client.secrets.pki.create_or_update_role("web", {"allow_any_name": True, "key_type": "ec"})
issued = client.secrets.pki.generate_certificate("web", "portal.shop.example", {"ttl": "24h"})["data"]
found["certificate"] = issued["certificate"]
found["authority"] = issued["issuing_ca"]
client.secrets.pki.revoke_certificate(issued["serial_number"])
found["crl"] = client.secrets.pki.read_crl()
found["serial"] = issued["serial_number"]
found["certificates"] = len(client.secrets.pki.list_certificates()["data"]["keys"])

client.sys.enable_secrets_engine("database", path="database")
client.write("database/roles/app", db_name="shop", default_ttl="10m", max_ttl="1h")
lease = client.read("database/creds/app")["lease_id"]
found["lease"] = client.sys.read_lease(lease)["data"]["renewable"]
found["renewed"] = client.sys.renew_lease(lease, increment=1200)["lease_duration"] > 1100
client.sys.revoke_lease(lease)
try:
    client.sys.read_lease(lease)
    found["lease_gone"] = False
except hvac.exceptions.InvalidRequest:
    found["lease_gone"] = True

client.sys.enable_secrets_engine("ssh", path="ssh")
client.write("ssh/config/ca", generate_signing_key=True)
client.write("ssh/roles/ops", key_type="ca", allow_user_certificates=True, allowed_users="ops", ttl="5m")
client.sys.enable_audit_device("file", options={"file_path": "/dev/null"})
found["audit"] = list(client.sys.list_enabled_audit_devices()["data"].keys())
wrapped = client.auth.token.create(policies=["shop"], wrap_ttl="60s")
found["unwrapped"] = client.sys.unwrap(wrapped["wrap_info"]["token"])["auth"]["policies"]

csr = sys.stdin.read()
signed = client.secrets.pki.sign_certificate("web", csr, "mail.shop.example", {"ttl": "24h"})["data"]
found["signed"] = signed["certificate"]
child = client.auth.token.create(policies=["shop"], ttl="10m")["auth"]
looked = client.auth.token.lookup_accessor(child["accessor"])["data"]
found["accessor"] = [looked["id"], looked["display_name"], child["accessor"] in client.auth.token.list_accessors()["data"]["keys"]]
client.auth.token.revoke_accessor(child["accessor"])
try:
    client.auth.token.lookup_accessor(child["accessor"])
    found["accessor_gone"] = False
except hvac.exceptions.Forbidden:
    found["accessor_gone"] = True
for _ in range(2):
    lease = client.read("database/creds/app")["lease_id"]
client.sys.revoke_prefix("database/creds/app")
try:
    client.sys.read_lease(lease)
    found["prefix_gone"] = False
except hvac.exceptions.InvalidRequest:
    found["prefix_gone"] = True

rekey = client.sys.start_rekey(secret_shares=2, secret_threshold=2, pgp_keys=holders, backup=True, require_verification=True)
found["rekey_began"] = [rekey["pgp_fingerprints"], rekey["backup"], rekey["verification_required"]]
client.sys.cancel_rekey()
found["rekey_cancelled"] = client.sys.read_rekey_progress()["started"]
rekey = client.sys.start_rekey(secret_shares=2, secret_threshold=2, pgp_keys=holders, backup=True, require_verification=True)
for key in keys["keys"][:3]:
    done = client.sys.rekey(key, nonce=rekey["nonce"])
found["kept"] = sorted(sum(client.sys.read_backup_keys()["data"]["keys_base64"].values(), [])) == sorted(done["keys_base64"])
fresh = [opened(index, message) for index, message in enumerate(done["keys_base64"])]
for share in fresh:
    proof = client.sys.rekey_verify(share, done["verification_nonce"])
found["proven"] = proof["complete"]
client.sys.rotate_encryption_key()
found["term"] = client.sys.get_encryption_key_status()["data"]["term"]
found["raft"] = len(client.sys.read_raft_config()["data"]["config"]["servers"])
client.sys.seal()
found["sealed_again"] = client.sys.is_sealed()
client.sys.submit_unseal_keys(fresh)
found["opened_with_new_shares"] = not client.sys.is_sealed()
found["token"] = keys["root_token"]
print(json.dumps(found))
