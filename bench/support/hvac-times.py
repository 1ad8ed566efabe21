"""Signs in and reads a secret with hvac; prints the medians in milliseconds as JSON."""
import json
import statistics
import sys
import time

import hvac

url, role, secret, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])


def timed(work):
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def sign_in():
    client = hvac.Client(url=url)
    client.auth.approle.login(role_id=role, secret_id=secret)
    return client


signed = sign_in()
print(json.dumps({
    "signIn": timed(sign_in),
    "read": timed(lambda: signed.secrets.kv.v2.read_secret_version(path="app/db", mount_point="kv")),
}))
