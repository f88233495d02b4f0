"""Valid requests with random damage, the same for both programs: a seed makes them (reference 3.2, 3.6, 3.8)."""
import json
import random
import urllib.parse

from scenarios.alerts import CONFIGURATION  # noqa: F401

SEED = 20261122
ALERTS = [
    [{"labels": {"alertname": "m", "b": "c"}, "annotations": {"x": "y \u00fc \U0001f642"}, "startsAt": "2020-01-01T00:00:00.5Z", "endsAt": "2099-01-01T00:00:00+02:00", "generatorURL": "http://h:1/p?q=1"}],
    [{"labels": {"alertname": "m", "n": "1"}}, {"labels": {"alertname": "m", "n": "2"}, "annotations": {}}, {"labels": {"alertname": "m", "n": "3"}, "endsAt": "2099-01-01T00:00:00Z"}]]
SILENCE = {"matchers": [{"name": "a", "value": "b|c", "isRegex": True, "isEqual": False}, {"name": "d", "value": "e", "isRegex": False}], "startsAt": "2098-01-01T00:00:00Z", "endsAt": "2099-01-01T00:00:00Z",
           "createdBy": "me", "comment": "why"}
FILTERS = ['alertname="m"', "alertname=~m|n", "n!=1", 'n!~"1|2"', "nosuch="]
BYTES = b'{}[]",:\\ \n\t0123456789eE+-.truefalsnul\x00\x1f\x7f\xc3\xa9\xff\xed\xa0\x80/Z'
SIGNS = "={}!~,\\\"'` \t|()[]*+?.^$0aZ\u00fc\U0001f642:_-"


def damaged(chance, text):
    """The bytes with one to three of them changed, put in, taken out or doubled."""
    body = bytearray(text)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(body))
        action = chance.randrange(4)
        if action == 0:
            body[place] = chance.choice(BYTES)
        elif action == 1:
            body.insert(place, chance.choice(BYTES))
        elif action == 2:
            del body[place:place + chance.randint(1, 4)]
        else:
            body[place:place] = body[place:place + chance.randint(1, 20)]
        if not body:
            body = bytearray(b"[]")
    return bytes(body)


def scenario(play):
    chance = random.Random(SEED)
    for number in range(400):
        play(f"mutated alerts {number}", "POST", "/api/v2/alerts", damaged(chance, json.dumps(chance.choice(ALERTS), ensure_ascii=chance.random() < 0.5, separators=(",", ":")).encode()))
    for number in range(300):
        play(f"mutated silence {number}", "POST", "/api/v2/silences", damaged(chance, json.dumps(SILENCE, separators=(",", ":")).encode()))
    for number in range(300):
        text = list(chance.choice(FILTERS))
        for _ in range(chance.randint(1, 3)):
            text.insert(chance.randrange(len(text) + 1), chance.choice(SIGNS)) if chance.random() < 0.7 else text.pop(chance.randrange(len(text)))
        play(f"mutated filter {number}", "GET", "/api/v2/alerts?filter=" + urllib.parse.quote("".join(text), safe=""))
    play("alerts after mutations", "GET", "/api/v2/alerts")
    play("silences after mutations", "GET", "/api/v2/silences")
