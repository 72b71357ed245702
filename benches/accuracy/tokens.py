#!/usr/bin/env python3
"""Recall of the provider tokens: random valid tokens of every kind, in the texts that they leak in, scanned by the binary.

    benches/accuracy/tokens.py target/release/tamis [--each 200] [--only GLOB] [--keep FOLDER]

Formats and checksums are written here a second time, from the providers' documents and not from identifiers/, so that
an error has to be made twice to stay unseen. Every token must be found under its own ID, as one finding. Needs Python alone.
"""
import argparse, base64, collections, fnmatch, json, os, random, string, struct, subprocess, sys, tempfile, uuid, zlib

R = random.Random(20261125)
DIGITS, LOWER, UPPER = string.digits, string.ascii_lowercase, string.ascii_uppercase
ALPHABETS = {
    "d": DIGITS, "l": LOWER, "L": LOWER + UPPER, "h": "0123456789abcdef", "H": "0123456789ABCDEF", "32": LOWER + "234567",
    "36": DIGITS + LOWER, "U36": DIGITS + UPPER, "62": DIGITS + UPPER + LOWER, "64": UPPER + LOWER + DIGITS + "+/",
    "64u": UPPER + LOWER + DIGITS + "-_", "c": "./" + DIGITS + UPPER + LOWER, "8h": "0123456789abcdefgh",
}
BASE62 = DIGITS + UPPER + LOWER
BASE36 = DIGITS + LOWER


def r(kind, low, high=None):
    return "".join(R.choice(ALPHABETS[kind]) for _ in range(R.randint(low, high or low)))


def make(*parts):
    """A maker of tokens: texts stand for themselves, (alphabet, length[, longest]) for random characters, functions for what they give."""
    return lambda: "".join(p if isinstance(p, str) else p() if callable(p) else r(*p) for p in parts)


def either(*makers):
    return lambda: R.choice(makers)()


def digits_of(number, alphabet, width):
    out = ""
    while number or len(out) < width:
        number, rest = divmod(number, len(alphabet))
        out = alphabet[rest] + out
    return out


def github(prefix, low=30, high=None):
    def token():
        body = r("62", low, high)
        return prefix + body + digits_of(zlib.crc32(body.encode()), BASE62, 6)
    return token


def b64(data):
    return base64.b64encode(data).decode()


def b64u(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def packed(value):
    return json.dumps(value, separators=(",", ":")).encode()


def routable(prefix):
    def token():
        payload = b64u(R.randbytes(16) + b"\no:" + r("36", 1, 6).encode() + b"\nu:" + r("36", 1, 4).encode())
        front = prefix + payload + ".01." + digits_of(len(payload), BASE36, 2)
        return front + digits_of(zlib.crc32(front.encode()), BASE36, 7)
    return token


def grafana():
    front = "glsa_" + r("62", 32)
    return front + "_" + struct.pack("<I", zlib.crc32(front.encode())).hex()


def age():
    symbols = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    human, generators = "age-secret-key-", (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
    number = int.from_bytes(R.randbytes(32), "big") << 4
    values = [number >> 5 * (51 - i) & 31 for i in range(52)]

    def checksum(all_values):
        check = 1
        for value in all_values:
            top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
            for i, g in enumerate(generators):
                check ^= g if top >> i & 1 else 0
        return check
    expanded = [ord(c) >> 5 for c in human] + [0] + [ord(c) & 31 for c in human]
    check = checksum(expanded + values + [0] * 6) ^ 1
    return (human + "1" + "".join(symbols[v] for v in values + [check >> 5 * (5 - i) & 31 for i in range(6)])).upper()


def marvin32(data, seed):
    mask = 0xFFFFFFFF
    low, high = seed & mask, seed >> 32

    def turn(x, n):
        return (x << n | x >> 32 - n) & mask

    def mix(low, high):
        high ^= low
        low = (turn(low, 20) + high) & mask
        high = turn(high, 9) ^ low
        low = (turn(low, 27) + high) & mask
        return low, turn(high, 19)
    whole = len(data) // 4 * 4
    for i in range(0, whole, 4):
        low, high = mix((low + struct.unpack_from("<I", data, i)[0]) & mask, high)
    low, high = mix((low + int.from_bytes(data[whole:] + b"\x80", "little")) & mask, high)
    low, high = mix(low, high)
    return low ^ high


def azure(size, signature, seed, urlsafe=False):
    """An identifiable key: `size` bytes in Base64 with the signature ten symbols before the end of the symbols."""
    def token():
        length = -(-size * 8 // 6)
        # The signature ends with a byte: what is left of the next symbol's bits is zero.
        symbols = r("62", length)
        gap = "A" if (length - 6) * 6 % 8 else ""
        text = symbols[:length - 10] + signature + gap + symbols[length - 6 + len(gap):]
        padded = text + "=" * (-length % 4)
        data = base64.b64decode(padded.replace("-", "+").replace("_", "/"))[:size - 4]
        data += struct.pack("<I", marvin32(data, int.from_bytes(seed, "big")))
        out = b64(data)
        return out.replace("+", "-").replace("/", "_") if urlsafe else out
    return token


def jwt():
    header = packed({"alg": R.choice(["HS256", "RS256", "ES256"]), "typ": "JWT"})
    claims = packed({"sub": r("d", 10), "iat": R.randint(10**9, 2 * 10**9), "jti": r("62", 16)})
    return ".".join(map(b64u, (header, claims, R.randbytes(R.choice([32, 64, 256])))))


def pypi(location):
    def packet(kind, data):
        return bytes([kind]) + (bytes([len(data)]) if len(data) < 128 else bytes([len(data) & 127 | 128, len(data) >> 7])) + data
    def token():
        caveats = [packed([3, str(uuid.UUID(int=R.getrandbits(128)))])] if R.random() < .7 else [packed([1, [r("l", 8)]])]
        body = b"\x02" + packet(1, location) + packet(2, str(uuid.UUID(int=R.getrandbits(128))).encode()) + b"\0"
        for caveat in caveats:
            body += packet(2, caveat) + b"\0"
        return "pypi-" + b64u(body + b"\0" + packet(6, R.randbytes(32)))
    return token


def jfrog_reference():
    return b64(f"reftkn:01:{R.randint(10**9, 2 * 10**9)}:{r('62', 28)}".encode())[:64]


def sentry():
    org = {"iat": R.random() + R.randint(10**9, 2 * 10**9), "url": "https://sentry.io", "region_url": "https://us.sentry.io", "org": r("l", 6)}
    return "sntrys_" + b64(packed(org)).rstrip("=") + "_" + b64(R.randbytes(32)).rstrip("=")


def onepassword():
    return "ops_" + b64u(packed({"email": r("36", 13) + "@1passwordserviceaccounts.com", "muk": {"k": b64u(R.randbytes(32)), "kty": "oct"},
                                 "secretKey": "A3-" + r("U36", 6), "srpX": r("h", 64), "throttleSecret": {"seed": r("h", 64)}}))


def discord():
    number = str(R.randint(10**17, 10**18 - 1) if R.random() < .5 else R.randint(10**18, 14 * 10**17)).encode()
    return b64u(number) + "." + r("64u", 6) + "." + r("64u", 38)


def uid():
    return str(uuid.UUID(int=R.getrandbits(128), version=4))


def password():
    return R.choice(UPPER) + r("62", 10, 18) + R.choice(DIGITS)



def jwk():
    return json.dumps({"kty": "EC", "crv": "P-256", "x": b64u(R.randbytes(32)), "y": b64u(R.randbytes(32)), "d": b64u(R.randbytes(32))})


def basic():
    return "Authorization: Basic " + b64(f"{r('l', 6)}:{password()}".encode())


def pem(label, size, headers="", dash="-----", space=""):
    def token():
        body = b64(R.randbytes(size))
        lines = "\n".join(body[i:i + 64] for i in range(0, len(body), 64))
        return f"{dash}{space}BEGIN {label}{space}{dash}\n{headers}{lines}\n{dash}{space}END {label}{space}{dash}"
    return token


def pgp():
    return pem("PGP PRIVATE KEY BLOCK", 900, "Version: GnuPG v2\n\n")().replace("\n-----END", f"\n={b64(R.randbytes(3))}\n-----END")


def putty():
    def lines(size):
        body = b64(R.randbytes(size))
        cut = [body[i:i + 64] for i in range(0, len(body), 64)]
        return f"{len(cut)}\n" + "\n".join(cut)
    kdf = f"Key-Derivation: Argon2id\nArgon2-Memory: 8192\nArgon2-Passes: 13\nArgon2-Parallelism: 1\nArgon2-Salt: {r('h', 32)}\n"
    version, more, mac = R.choice([("2", "", 40), ("3", kdf, 64)])
    return (f"PuTTY-User-Key-File-{version}: ssh-rsa\nEncryption: {'aes256-cbc' if more else 'none'}\nComment: rsa-key\n"
            f"Public-Lines: {lines(279)}\n{more}Private-Lines: {lines(600)}\nPrivate-MAC: {r('h', mac)}")


def hash_():
    argon = f"$argon2id$v=19$m=65536,t=3,p=4${b64(R.randbytes(16)).rstrip('=')}${b64(R.randbytes(32)).rstrip('=')}"
    return R.choice(["$1$" + r("c", 8) + "$" + r("c", 22), "$apr1$" + r("c", 8) + "$" + r("c", 22), "$5$" + r("c", 16) + "$" + r("c", 43),
                     "$6$rounds=5000$" + r("c", 16) + "$" + r("c", 86), "$6$" + r("c", 16) + "$" + r("c", 86), "$2b$12$" + r("c", 53),
                     "$2y$10$" + r("c", 53), "$y$j9T$" + r("c", 22) + "$" + r("c", 43), argon])


def sas():
    quoted = b64(R.randbytes(32)).replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    return f"sv=2022-11-02&ss=bfqt&srt=sco&sp=rwdlacupiytfx&se=2027-01-01T00:00:00Z&st=2026-01-01T00:00:00Z&spr=https&sig={quoted}"


def asana():
    return R.choice([f"1/{r('d', 16)}:{r('h', 32)}", f"2/{r('d', 16)}/{r('d', 16)}:{r('h', 32)}"])


def bedrock_short():
    return "bedrock-api-key-" + b64(b"bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=" + r("h", 64).encode() + b"&Version=1")


def mailgun():
    return R.choice(["key-" + r("h", 32), r("h", 32) + "-" + r("h", 8) + "-" + r("h", 8)])


def gitlab(name, prefix, *classic):
    return {f"GITLAB_{name}": (None, either(make(prefix, *classic), routable(prefix)))}


T20 = ("64u", 20)
# ID: (what names it where the value alone does not, maker).
TOKENS = {
    "ADAFRUIT_IO_KEY": (None, make("aio_", ("62", 28))),
    "ADOBE_OAUTH_CLIENT_SECRET": (None, make("p8e-", ("64u", 32))),
    "ADYEN_API_KEY": ("ADYEN_API_KEY", make("AQE", ("64", 100), "-", ("64", 43), "=-", ("62", 16))),
    "AGE_SECRET_KEY": (None, age),
    "AIRTABLE_PERSONAL_ACCESS_TOKEN": (None, make("pat", ("62", 14), ".", ("h", 64))),
    "ALGOLIA_ADMIN_API_KEY": ("ALGOLIA_ADMIN_KEY", make(("h", 32))),
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", make(("62", 30))),
    "ANTHROPIC_ADMIN_API_KEY": (None, make("sk-ant-admin01-", ("64u", 93), "AA")),
    "ANTHROPIC_API_KEY": (None, make("sk-ant-api03-", ("64u", 93), "AA")),
    "ASANA_ACCESS_TOKEN": ("ASANA_ACCESS_TOKEN", asana),
    "ATLASSIAN_API_TOKEN": (None, make("ATATT3xFfGF0", ("64u", 171), "=", ("H", 8))),
    "BITBUCKET_ACCESS_TOKEN": (None, make("ATCTT3xFfGN0", ("64u", 151, 171), "=", ("H", 8))),
    "BITBUCKET_APP_PASSWORD": (None, make("ATBB", ("62", 24), ("H", 8))),
    "AWS_CREDENTIALS": ("AWS_SECRET_ACCESS_KEY", make(("64", 40))),
    "AWS_APPSYNC_GRAPHQL_KEY": (None, make("da2-", ("36", 26))),
    "AWS_BEDROCK_API_KEY": (None, either(lambda: "ABSK" + b64(f"BedrockAPIKey-{r('36', 4)}-at-{r('d', 12)}:".encode() + b64(R.randbytes(33)).encode()), bedrock_short)),
    "AWS_MWS_AUTH_TOKEN": (None, make("amzn.mws.", uid)),
    "AWS_SESSION_TOKEN": (None, make(either(make("FwoGZXIvYXdz"), make("IQoJb3JpZ2lu")), ("64", 300), "==")),
    "AZURE_APP_CONFIGURATION_CONNECTION_STRING": (None, lambda: f"Endpoint=https://{r('l', 8)}.azconfig.io;Id={r('62', 4)}-l9-s0:{r('62', 20)};Secret={b64(R.randbytes(32))}"),
    "AZURE_CONTAINER_REGISTRY_PASSWORD": ("ACR_PASSWORD", azure(39, "+ACR", b"ACRDflt0")),
    "AZURE_COSMOS_DB_KEY": ("COSMOS_KEY", either(lambda: b64(R.randbytes(64)), azure(64, "ACDb", b"MastRW00"))),
    "AZURE_DEVOPS_PERSONAL_ACCESS_TOKEN": ("AZURE_DEVOPS_PAT", either(make(("32", 52)), make(("62", 52), "JQQJ99", ("62", 18), "AZDO", ("62", 4)))),
    "AZURE_FUNCTION_KEY": ("FUNCTION_KEY", azure(40, "AzFu", b"Functi00", True)),
    "AZURE_IOT_HUB_CONNECTION_STRING": (None, lambda: f"HostName={r('l', 8)}.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey={b64(R.randbytes(32))}"),
    "AZURE_SAS_TOKEN": (None, sas),
    "AZURE_SHARED_ACCESS_KEY": ("SharedAccessKey", lambda: b64(R.randbytes(32))),
    "AZURE_STORAGE_ACCOUNT_KEY": ("STORAGE_ACCOUNT_KEY", either(lambda: b64(R.randbytes(64)), azure(64, "+ASt", b"Default0"))),
    "ENTRA_ID_CLIENT_SECRET": ("AZURE_CLIENT_SECRET", lambda: r("62", 3) + R.choice("78") + "Q~" + r("62", 20) + R.choice("-._~") + r("62", 13)),
    "BITWARDEN_CLIENT_SECRET": ("BW_CLIENTSECRET", make(("62", 30))),
    "BOX_DEVELOPER_TOKEN": ("BOX_DEVELOPER_TOKEN", make(("62", 32))),
    "BREVO_API_KEY": (None, make("xkeysib-", ("h", 64), "-", ("62", 16))),
    "BUILDKITE_API_ACCESS_TOKEN": (None, make("bkua_", ("h", 40))),
    "CIRCLECI_PERSONAL_API_TOKEN": (None, make("CCIPAT_", ("62", 22), "_", ("h", 40))),
    "CLOJARS_DEPLOY_TOKEN": (None, make("CLOJARS_", ("h", 60))),
    "CLOUDFLARE_API_TOKEN": ("CLOUDFLARE_API_TOKEN", make(("64u", 40))),
    "CLOUDFLARE_GLOBAL_API_KEY": ("CLOUDFLARE_API_KEY", make(("h", 37))),
    "CLOUDFLARE_ORIGIN_CA_KEY": (None, make("v1.0-", ("h", 24), "-", ("h", 146))),
    "COHERE_API_KEY": ("COHERE_API_KEY", make(("62", 40))),
    "CONTENTFUL_PERSONAL_ACCESS_TOKEN": (None, make("CFPAT-", ("64u", 43))),
    "CRATES_IO_API_TOKEN": (None, make("cio", ("62", 32))),
    "DATABRICKS_PERSONAL_ACCESS_TOKEN": (None, either(make("dapi", ("h", 32)), make("dapi", ("h", 32), "-2"))),
    "DATADOG_API_KEY": ("DD_API_KEY", make(("h", 32))),
    "DATADOG_APPLICATION_KEY": ("DD_APP_KEY", make(("h", 40))),
    "DEEPSEEK_API_KEY": ("DEEPSEEK_API_KEY", make("sk-", ("h", 32))),
    "DIGITALOCEAN_OAUTH_TOKEN": (None, make("doo_v1_", ("h", 64))),
    "DIGITALOCEAN_PERSONAL_ACCESS_TOKEN": (None, make("dop_v1_", ("h", 64))),
    "DIGITALOCEAN_REFRESH_TOKEN": (None, make("dor_v1_", ("h", 64))),
    "DISCORD_BOT_TOKEN": (None, discord),
    "DISCORD_WEBHOOK_URL": (None, make("https://discord.com/api/webhooks/", ("d", 18, 19), "/", ("64u", 67), ("62", 1))),
    "DOCKER_HUB_PERSONAL_ACCESS_TOKEN": (None, make("dckr_pat_", ("64u", 27))),
    "DOCKER_SWARM_JOIN_TOKEN": (None, make("SWMTKN-1-", ("36", 50), "-", ("36", 25))),
    "DOPPLER_PERSONAL_TOKEN": (None, make("dp.pt.", ("62", 43))),
    "DOPPLER_SERVICE_TOKEN": (None, either(make("dp.st.", ("62", 43)), make("dp.st.prd_eu.", ("62", 43)))),
    "DOPPLER_TOKEN": (None, make("dp.", either(make("ct"), make("sa"), make("scim"), make("audit")), ".", ("62", 43))),
    "DROPBOX_SHORT_LIVED_ACCESS_TOKEN": (None, either(make("sl.u.", ("64u", 1100)), make("sl.", ("64u", 138)))),
    "DUFFEL_ACCESS_TOKEN": (None, make("duffel_", either(make("test"), make("live")), "_", ("64u", 43))),
    "DYNATRACE_API_TOKEN": (None, make("dt0c01.", ("U36", 24), ".", ("U36", 64))),
    "EASYPOST_API_KEY": (None, make(either(make("EZAK"), make("EZTK")), ("62", 54))),
    "FACEBOOK_ACCESS_TOKEN": (None, make("EAA", ("62", 160, 240))),
    "FACEBOOK_APP_ACCESS_TOKEN": ("FACEBOOK_APP_TOKEN", make(("d", 15), "|", ("64u", 27))),
    "INSTAGRAM_ACCESS_TOKEN": (None, make("IGQVJ", ("64u", 130))),
    "FASTLY_API_TOKEN": ("FASTLY_API_TOKEN", make(("64u", 32))),
    "FIGMA_PERSONAL_ACCESS_TOKEN": (None, make("figd_", ("64u", 40))),
    "FIRECRAWL_API_KEY": ("FIRECRAWL_API_KEY", make("fc-", ("h", 32))),
    "FLUTTERWAVE_SECRET_KEY": (None, make("FLWSECK", either(make(), make("_TEST")), "-", ("h", 32), "-X")),
    "FLY_IO_ACCESS_TOKEN": (None, lambda: R.choice(["fm2_", "fm1r_"]) + b64(R.randbytes(300))),
    "FRAME_IO_DEVELOPER_TOKEN": (None, make("fio-u-", ("64u", 64))),
    "GCP_API_KEY": ("GOOGLE_API_KEY", make("AIza", ("64u", 35))),
    "GITHUB_FINE_GRAINED_PERSONAL_ACCESS_TOKEN": (None, make("github_pat_", ("62", 22), "_", ("62", 59))),
    "GITHUB_OAUTH_ACCESS_TOKEN": (None, github("gho_")),
    "GITHUB_PERSONAL_ACCESS_TOKEN": (None, github("ghp_")),
    "GITHUB_REFRESH_TOKEN": (None, github("ghr_", 70)),
    "GITHUB_SERVER_TO_SERVER_TOKEN": (None, github("ghs_")),
    "GITHUB_USER_TO_SERVER_TOKEN": (None, github("ghu_")),
    **gitlab("AGENT_TOKEN", "glagent-", ("64u", 50)), **gitlab("CI_JOB_TOKEN", "glcbt-", ("36", 2), "_", T20), **gitlab("DEPLOY_TOKEN", "gldt-", T20),
    **gitlab("FEATURE_FLAG_CLIENT_TOKEN", "glffct-", T20), **gitlab("FEED_TOKEN", "glft-", T20), **gitlab("INCOMING_MAIL_TOKEN", "glimt-", ("36", 25)),
    **gitlab("OAUTH_APPLICATION_SECRET", "gloas-", ("h", 64)), **gitlab("PERSONAL_ACCESS_TOKEN", "glpat-", T20), **gitlab("PIPELINE_TRIGGER_TOKEN", "glptt-", ("h", 40)),
    **gitlab("RUNNER_AUTHENTICATION_TOKEN", "glrt-", T20), **gitlab("RUNNER_TOKEN", "glrtr-", T20), **gitlab("SCIM_TOKEN", "glsoat-", T20), **gitlab("WORKSPACE_TOKEN", "glwt-", T20),
    "GITLAB_RUNNER_REGISTRATION_TOKEN": (None, make("GR1348941", T20)),
    "FIREBASE_CLOUD_MESSAGING_SERVER_KEY": (None, make("AAAA", ("64u", 7), ":APA91b", ("64u", 134))),
    "GCP_OAUTH_ACCESS_TOKEN": (None, make("ya29.", ("64u", 200))),
    "GCP_OAUTH_CLIENT_SECRET": (None, make("GOCSPX-", ("64u", 28))),
    "GCP_OAUTH_REFRESH_TOKEN": (None, make("1//0", ("64u", 99))),
    "GOOGLE_RECAPTCHA_SECRET_KEY": ("RECAPTCHA_SECRET_KEY", make("6L", ("62", 6), "AAAAA", ("64u", 27))),
    "GRAFANA_API_KEY": (None, lambda: b64(packed({"k": r("62", 32), "n": r("l", 8), "id": 1})).rstrip("=")),
    "GRAFANA_CLOUD_ACCESS_POLICY_TOKEN": (None, lambda: "glc_" + b64(packed({"o": r("d", 6), "n": r("l", 12), "k": r("62", 24), "m": {"r": "us"}})).rstrip("=")),
    "GRAFANA_SERVICE_ACCOUNT_TOKEN": (None, grafana),
    "GROQ_API_KEY": (None, make("gsk_", ("62", 52))),
    "HASHICORP_VAULT_BATCH_TOKEN": (None, make("hvb.", ("64u", 150))),
    "HASHICORP_VAULT_RECOVERY_TOKEN": (None, make("hvr.", ("64u", 90))),
    "HASHICORP_VAULT_SERVICE_TOKEN": (None, either(make("hvs.CAESI", ("64u", 86)), make("hvs.", ("62", 24)))),
    "TERRAFORM_CLOUD_API_TOKEN": (None, make(("62", 14), ".atlasv1.", ("62", 67))),
    "HEROKU_API_KEY": (None, make("HRKU-AA", ("64u", 58))),
    "HEROKU_LEGACY_API_KEY": ("HEROKU_API_KEY", uid),
    "HTTP_BASIC_AUTH_HEADER": (None, basic),
    "HUBSPOT_PRIVATE_APP_TOKEN": (None, make("pat-na1-", uid)),
    "HUGGING_FACE_ORGANIZATION_API_TOKEN": (None, make("api_org_", ("L", 34))),
    "HUGGING_FACE_USER_ACCESS_TOKEN": (None, make("hf_", ("L", 34))),
    "IBM_CLOUD_API_KEY": ("IBMCLOUD_API_KEY", make(("64u", 44))),
    "INFRACOST_API_KEY": (None, make("ico-", ("62", 32))),
    "INTERCOM_ACCESS_TOKEN": (None, lambda: b64(f"tok:{r('h', 8)}_{r('h', 4)}_{r('h', 4)}_{r('h', 4)}_{r('h', 12)}:1:0".encode())),
    "JFROG_API_KEY": (None, make("AKCp", ("62", 69))),
    "JFROG_REFERENCE_TOKEN": (None, jfrog_reference),
    "JINA_API_KEY": (None, make("jina_", ("62", 60))),
    "JSON_WEB_TOKEN": (None, jwt),
    "KAGI_API_TOKEN": ("KAGI_API_KEY", make(("64u", 11), ".", ("64u", 43))),
    "KUBERNETES_BOOTSTRAP_TOKEN": ("BOOTSTRAP_TOKEN", make(("36", 6), ".", ("36", 16))),
    "LANGSMITH_API_KEY": (None, make("lsv2_", either(make("pt"), make("sk")), "_", ("h", 32), "_", ("h", 10))),
    "LAUNCHDARKLY_API_KEY": ("LAUNCHDARKLY_SDK_KEY", make(either(make("api-"), make("sdk-")), uid)),
    "LINEAR_API_KEY": (None, make("lin_api_", ("62", 40))),
    "LINKEDIN_CLIENT_SECRET": (None, make("WPL_AP1.", ("62", 16), ".", ("62", 6), "==")),
    "LINODE_API_TOKEN": ("LINODE_TOKEN", make(("h", 64))),
    "MAILCHIMP_API_KEY": (None, make(("h", 32), "-us", ("d", 1, 2))),
    "MAILGUN_API_KEY": ("MAILGUN_API_KEY", mailgun),
    "MAPBOX_SECRET_TOKEN": (None, lambda: "sk." + b64u(packed({"u": r("l", 8), "a": "c" + r("36", 24)})) + "." + r("64u", 22)),
    "MICROSOFT_TEAMS_WEBHOOK_URL": (None, lambda: f"https://{r('l', 7)}.webhook.office.com/webhookb2/{uid()}@{uid()}/IncomingWebhook/{r('h', 32)}/{uid()}"),
    "MISTRAL_API_KEY": ("MISTRAL_API_KEY", make(("62", 32))),
    "MONGODB_ATLAS_SERVICE_ACCOUNT_SECRET": (None, make("mdb_sa_sk_", ("64u", 40))),
    "NEON_API_KEY": (None, make("napi_", ("36", 64))),
    "NETLIFY_PERSONAL_ACCESS_TOKEN": (None, make("nfp_", ("62", 36))),
    "NEW_RELIC_INSERT_KEY": (None, make("NRII-", ("64u", 32))),
    "NEW_RELIC_LICENSE_KEY": (None, either(make(("h", 36), "NRAL"), make(("h", 32), "FFFFNRAL"), make("eu01xx", ("h", 30), "NRAL"))),
    "NEW_RELIC_USER_API_KEY": (None, make("NRAK-", ("U36", 27))),
    "NGROK_AUTHTOKEN": ("NGROK_AUTHTOKEN", make(either(make("1"), make("2")), ("62", 26), "_", ("62", 21))),
    "NOTION_INTEGRATION_TOKEN": (None, either(make("ntn_", ("d", 11), ("62", 35)), make("secret_", ("62", 43)))),
    "NPM_ACCESS_TOKEN": (None, github("npm_")),
    "NPM_LEGACY_AUTH_TOKEN": ("_authToken", uid),
    "NUGET_API_KEY": (None, make("oy2", ("32", 43))),
    "OKTA_API_TOKEN": ("OKTA_API_TOKEN", make("00", ("64u", 40))),
    "ONEPASSWORD_SECRET_KEY": (None, make("A3-", ("U36", 6), "-", either(make(("U36", 6), "-", ("U36", 5)), make(("U36", 11))), "-", ("U36", 5), "-", ("U36", 5), "-", ("U36", 5))),
    "ONEPASSWORD_SERVICE_ACCOUNT_TOKEN": (None, onepassword),
    "OPENAI_ADMIN_API_KEY": (None, make("sk-admin-", ("64u", 58), "T3BlbkFJ", ("64u", 58))),
    "OPENAI_API_KEY": (None, either(make("sk-", ("62", 20), "T3BlbkFJ", ("62", 20)), make("sk-proj-", ("64u", 74), "T3BlbkFJ", ("64u", 74)), make("sk-svcacct-", ("64u", 58), "T3BlbkFJ", ("64u", 58)))),
    "OPENROUTER_API_KEY": (None, make("sk-or-v1-", ("h", 64))),
    "OPENSHIFT_USER_TOKEN": (None, make("sha256~", ("64u", 43))),
    "PACKAGIST_TOKEN": (None, make("packagist_", either(make("org"), make("ack")), "_", either(make("ut"), make("uut")), "_", ("h", 60, 68))),
    "PAGERDUTY_API_KEY": ("PAGERDUTY_API_KEY", make(either(make("u+"), make("y_"), make("z-")), ("64u", 18))),
    "PAYPAL_BRAINTREE_ACCESS_TOKEN": (None, make("access_token$production$", ("36", 16), "$", ("h", 32))),
    "PAYSTACK_SECRET_KEY": ("PAYSTACK_SECRET_KEY", make("sk_", either(make("live"), make("test")), "_", ("h", 40))),
    "PERPLEXITY_API_KEY": (None, make("pplx-", ("62", 48))),
    "PINECONE_API_KEY": (None, make("pcsk_", ("62", 5, 6), "_", ("62", 63))),
    "PLAID_ACCESS_TOKEN": (None, make("access-", either(make("sandbox"), make("production")), "-", uid)),
    "PLANETSCALE_TOKEN": (None, make("pscale_", either(make("pw"), make("tkn"), make("oauth")), "_", ("64u", 43))),
    "POSTHOG_PERSONAL_API_KEY": (None, make("phx_", ("62", 43))),
    "POSTMAN_API_KEY": (None, make("PMAK-", ("h", 24), "-", ("h", 34))),
    "POSTMARK_SERVER_TOKEN": ("POSTMARK_SERVER_TOKEN", uid),
    "PREFECT_API_KEY": (None, make("pnu_", ("62", 36))),
    "PULUMI_ACCESS_TOKEN": (None, make("pul-", ("h", 40))),
    "PYPI_API_TOKEN": (None, either(pypi(b"pypi.org"), pypi(b"test.pypi.org"))),
    "RAILWAY_TOKEN": ("RAILWAY_TOKEN", uid),
    "RAZORPAY_KEY_SECRET": ("RAZORPAY_KEY_SECRET", make(("62", 24))),
    "README_API_KEY": (None, make("rdme_", ("36", 70))),
    "RENDER_API_KEY": (None, make("rnd_", ("62", 32))),
    "REPLICATE_API_TOKEN": (None, make("r8_", ("62", 37))),
    "ROLLBAR_ACCESS_TOKEN": ("ROLLBAR_ACCESS_TOKEN", make(("h", 32))),
    "RUBYGEMS_API_KEY": (None, make("rubygems_", ("h", 48))),
    "SALESFORCE_ACCESS_TOKEN": (None, make("00D", ("62", 12), "!AQ", ("62", 94))),
    "SCALEWAY_SECRET_KEY": ("SCW_SECRET_KEY", uid),
    "SEGMENT_PUBLIC_API_TOKEN": (None, make("sgp_", ("62", 64))),
    "SENDGRID_API_KEY": (None, make("SG.", ("64u", 22), ".", ("64u", 43))),
    "SENTRY_ORG_AUTH_TOKEN": (None, sentry),
    "SENTRY_USER_AUTH_TOKEN": (None, make("sntryu_", ("h", 64))),
    "SHIPPO_API_TOKEN": (None, make("shippo_", either(make("live"), make("test")), "_", ("h", 40))),
    "SHOPIFY_ACCESS_TOKEN": (None, make("shpat_", ("h", 32))),
    "SHOPIFY_CUSTOM_APP_ACCESS_TOKEN": (None, make("shpca_", ("h", 32))),
    "SHOPIFY_PRIVATE_APP_PASSWORD": (None, make("shppa_", ("h", 32))),
    "SHOPIFY_SHARED_SECRET": (None, make("shpss_", ("h", 32))),
    "SLACK_APP_LEVEL_TOKEN": (None, make("xapp-1-A", ("U36", 10), "-", ("d", 13), "-", ("h", 64))),
    "SLACK_BOT_TOKEN": (None, make("xoxb-", ("d", 10, 13), "-", ("d", 10, 13), "-", ("62", 24))),
    "SLACK_ROTATING_TOKEN": (None, either(make("xoxe.xoxp-1-", ("62", 163)), make("xoxe-1-", ("62", 147)))),
    "SLACK_USER_TOKEN": (None, make("xoxp-", ("d", 10, 13), "-", ("d", 10, 13), "-", ("d", 13), "-", ("h", 32))),
    "SLACK_WEBHOOK_URL": (None, make("https://hooks.slack.com/services/T", ("U36", 8, 10), "/B", ("U36", 8, 10), "/", ("62", 24))),
    "SLACK_WORKSPACE_TOKEN": (None, make("xox", either(make("a-2"), make("r")), "-", ("d", 12), "-", ("d", 12), "-", ("d", 12), "-", ("h", 32))),
    "SNYK_API_TOKEN": ("SNYK_TOKEN", uid),
    "SONAR_TOKEN": (None, make(either(make("squ_"), make("sqp_"), make("sqa_")), ("h", 40))),
    "SOURCEGRAPH_ACCESS_TOKEN": (None, either(make("sgp_", ("h", 40)), make("sgp_", ("h", 16), "_", ("h", 40)), make("sgp_local_", ("h", 40)))),
    "SPOTIFY_CLIENT_SECRET": ("SPOTIFY_CLIENT_SECRET", make(("h", 32))),
    "SQUARE_ACCESS_TOKEN": (None, make("EAAA", ("64u", 60))),
    "SQUARE_LEGACY_ACCESS_TOKEN": (None, make("sq0atp-", ("64u", 22))),
    "SQUARE_OAUTH_SECRET": (None, make("sq0csp-", ("64u", 43))),
    "STACKHAWK_API_KEY": (None, make("hawk.", ("64u", 20), ".", ("64u", 20))),
    "STRIPE_CREDENTIALS": (None, make(either(make("sk_live_"), make("rk_live_"), make("sk_test_"), make("rk_test_")), either(make(("62", 24)), make("51", ("62", 97))))),
    "STRIPE_WEBHOOK_SIGNING_SECRET": (None, make("whsec_", ("62", 32))),
    "SUPABASE_ACCESS_TOKEN": (None, make("sbp_", ("h", 40))),
    "TAILSCALE_KEY": (None, make("tskey-", either(make("auth"), make("api"), make("client")), "-k", ("62", 11), "CNTRL-", ("62", 32))),
    "TAVILY_API_KEY": (None, either(make("tvly-", ("62", 32)), make("tvly-dev-", ("62", 32)))),
    "TELEGRAM_BOT_TOKEN": (None, make(("d", 9, 10), ":AA", ("64u", 33))),
    "TENCENT_CLOUD_SECRET_KEY": ("TENCENTCLOUD_SECRET_KEY", make(("62", 32))),
    "TRAVIS_CI_ACCESS_TOKEN": ("TRAVIS_TOKEN", make(("64u", 22))),
    "TWILIO_API_KEY_SECRET": ("TWILIO_API_KEY_SECRET", make(("62", 32))),
    "TWILIO_AUTH_TOKEN": ("TWILIO_AUTH_TOKEN", make(("h", 32))),
    "TWITCH_API_TOKEN": ("TWITCH_CLIENT_SECRET", make(("36", 30))),
    "TWITTER_BEARER_TOKEN": (None, make("A" * 22, ("62", 40), "%3D", ("62", 45))),
    "TYPEFORM_PERSONAL_ACCESS_TOKEN": (None, make("tfp_", ("62", 44), "_", ("62", 14))),
    "VERCEL_ACCESS_TOKEN": ("VERCEL_TOKEN", make(("62", 24))),
    "XAI_API_KEY": (None, make("xai-", ("62", 80))),
    "YANDEX_CLOUD_API_KEY": (None, make("AQVN", ("64u", 36))),
    "YANDEX_CLOUD_IAM_TOKEN": (None, make("t1.", ("64u", 180), ".", ("64u", 86))),
    "ZENDESK_API_TOKEN": ("ZENDESK_API_TOKEN", make(("62", 40))),
    "DATABASE_CONNECTION_URI": (None, lambda: f"{R.choice(['postgres', 'postgresql', 'mysql', 'mongodb+srv', 'redis', 'amqps'])}://{r('l', 6)}:{password()}@db-{r('l', 4)}.corp.internal:{R.randint(1024, 65535)}"),
    "URI_WITH_PASSWORD": (None, lambda: f"https://{r('l', 6)}:{password()}@git.corp.internal/x"),
    "PASSWORD_HASH": (None, hash_),
    "WIREGUARD_PRIVATE_KEY": (None, lambda: f"PrivateKey = {b64(R.randbytes(32))}"),
    "HTTP_BEARER_TOKEN": ("Authorization: Bearer", make(("64u", 24), "7x9", ("64u", 24))),
}

# Texts of more than one line have places of their own.
BLOCKS = {
    "OPENSSH_PRIVATE_KEY": lambda: pem("OPENSSH PRIVATE KEY", R.choice([300, 1200]))(),
    "PGP_PRIVATE_KEY": pgp,
    "PKCS": either(pem("RSA PRIVATE KEY", 1190), pem("PRIVATE KEY", 1216), pem("EC PRIVATE KEY", 121), pem("PRIVATE KEY", 48), pem("ENCRYPTED PRIVATE KEY", 1320), pem("DSA PRIVATE KEY", 668),
                   pem("RSA PRIVATE KEY", 1192, "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,A0B1C2D3E4F50617A0B1C2D3E4F50617\n\n")),
    "PUTTY_PRIVATE_KEY": putty,
    "JSON_WEB_KEY_PRIVATE": jwk,
}

ESCAPED = "\\n"
# What is written around a token: n is its name (or a plain one), t the token.
PLACES = {
    "plain.env": lambda n, t: f"{n}={t}\n",
    "quoted.env": lambda n, t: f"export {n}=\"{t}\"\r\n",
    "plain.yaml": lambda n, t: f"- {n}: {t}\n",
    "quoted.yml": lambda n, t: f"- {n}: '{t}'\r\n",
    "string.py": lambda n, t: f"{n} = \"{t}\"\n",
    "call.js": lambda n, t: f"const a = client('{n}', '{t}');\n",
    "minified.js": lambda n, t: f"var q={{{n}:\"{t}\",b:1}};",
    "escape.c": lambda n, t: f"puts(\"{n}={t}{ESCAPED}\");\n",
    "escaped-quotes.log": lambda n, t: f"body={{\\\"{n}\\\":\\\"{t}\\\"}}\n",
    "query.txt": lambda n, t: f"https://api.corp.internal/v1?{n}={t}&page=2\n",
    "header.txt": lambda n, t: f"curl -H '{n}: {t}' -o x\n",
    "xml.xml": lambda n, t: f"<a><{n}>{t}</{n}></a>\n",
    "attribute.xml": lambda n, t: f"<add key=\"{n}\" value=\"{t}\"/>\n",
    "start.txt": lambda n, t: f"{t} {n}\n",
    "end.txt": lambda n, t: f"{n} {t}\n",
    "prose.md": lambda n, t: f"The {n} is `{t}`, so rotate it.\n",
    "comma.txt": lambda n, t: f"{n} {t}, and more\n",
    "parenthesis.txt": lambda n, t: f"{n} ({t}) was here\n",
    "semicolon.ini": lambda n, t: f"{n} = {t};\n",
    "tab.txt": lambda n, t: f"{n}:\t{t}\r\n",
}
# Only where the token names itself.
BARE = {
    "bearer.txt": lambda t: f"Authorization: Bearer {t}\r\n",
    "path.txt": lambda t: f"https://api.corp.internal/hook/{t}/send\n",
    "userinfo.txt": lambda t: f"git clone https://oauth2:{t}@git.corp.internal/x.git\n",
    "list.txt": lambda t: f"{t},",
    "alone.txt": lambda t: f"{t}\n",
}
# A token that is itself an address, a header or a parameter, or that has slashes, cannot stand in these.
WHOLE = {"DISCORD_WEBHOOK_URL", "SLACK_WEBHOOK_URL", "MICROSOFT_TEAMS_WEBHOOK_URL", "HTTP_BASIC_AUTH_HEADER", "WIREGUARD_PRIVATE_KEY", "DATABASE_CONNECTION_URI", "URI_WITH_PASSWORD",
         "AZURE_APP_CONFIGURATION_CONNECTION_STRING", "AZURE_IOT_HUB_CONNECTION_STRING", "AZURE_SAS_TOKEN", "PASSWORD_HASH", "GCP_OAUTH_REFRESH_TOKEN", "SALESFORCE_ACCESS_TOKEN",
         "AWS_SESSION_TOKEN", "FLY_IO_ACCESS_TOKEN", "SENTRY_ORG_AUTH_TOKEN"}
BLOCK_PLACES = {
    "block.txt": lambda t: t + "\n\n",
    "crlf.txt": lambda t: (t + "\n\n").replace("\n", "\r\n"),
    "indented.yaml": lambda t: "key: |\n" + "".join(f"  {line}\n" for line in t.split("\n")) + "other: 1\n",
    "escaped.js": lambda t: "const key = \"" + t.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\";\n",
}


def write(folder, identifier, place, text):
    path = os.path.join(folder, identifier, place)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", newline="") as file:
        file.write(text)
    return f"{identifier}/{place}"


def corpus(folder, each, only):
    expected = {}
    for identifier, (name, maker) in TOKENS.items():
        if not fnmatch.fnmatch(identifier, only):
            continue
        plain = name or "THE_VALUE"
        def put(place, texts):
            expected[write(folder, identifier, place, texts)] = identifier
        for place, around in PLACES.items():
            if identifier == "HTTP_BEARER_TOKEN" and place not in ("end.txt", "comma.txt"):
                continue
            put(place, "".join(around(plain, maker()) for _ in range(each)))
        if identifier != "HTTP_BEARER_TOKEN":
            put("fields.json", json.dumps([{plain: maker(), "x": 1} for _ in range(each)]))
            put("lines.jsonl", "".join(json.dumps({plain: maker()}) + "\n" for _ in range(each)))
            put("column.csv", f"id,{plain}\n" + "".join(f"{i},\"{maker()}\"\n" for i in range(each)))
        if not name and identifier not in WHOLE:
            for place, around in BARE.items():
                put(place, "".join(around(maker()) for _ in range(each)))
    for identifier, maker in BLOCKS.items():
        if fnmatch.fnmatch(identifier, only):
            for place, around in BLOCK_PLACES.items():
                # What is JSON is cut into values, and the value of `d` alone does not say what it is.
                if identifier == "JSON_WEB_KEY_PRIVATE" and place in ("block.txt", "crlf.txt"):
                    continue
                expected[write(folder, identifier, place, "".join(around(maker()) for _ in range(each)))] = identifier
            text = json.dumps([{"private_key": maker()} for _ in range(each)])
            expected[write(folder, identifier, "field.json", text)] = identifier
    return expected


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("binary")
    arguments.add_argument("--each", type=int, default=200)
    arguments.add_argument("--only", default="*")
    arguments.add_argument("--keep")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or temporary
        expected = corpus(folder, options.each, options.only)
        command = [options.binary, "scan", folder, "--identifiers", "all", "--format", "json", "--max-occurrences", "1"]
        report = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    counts = collections.defaultdict(collections.Counter)
    for finding in report["findings"]:
        path = finding["resourcesAffected"]["file"]["path"]
        for group in finding["classificationDetails"]["result"]["sensitiveData"]:
            for detection in group["detections"]:
                counts[path][detection["type"]] += detection["count"]
    missed = others = 0
    for path, identifier in sorted(expected.items()):
        found = counts[path]
        wrong = {i: n for i, n in found.items() if i != identifier}
        if found[identifier] != options.each or wrong:
            print(f"{path}: {found[identifier]} of {options.each}", wrong or "")
        missed += max(0, options.each - found[identifier])
        others += sum(wrong.values())
    total = len(expected) * options.each
    print(f"{len({i for i in expected.values()})} kinds, {total} tokens: {total - missed} found under their ID, {missed} not, {others} findings under another")
    return 1 if missed or others else 0


if __name__ == "__main__":
    sys.exit(main())
