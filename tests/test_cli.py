"""The ``bot`` command, as a process with a pipe, as people and scripts use it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.channel.message import Channel
from bot.settings import SHIPPED, new_key
from bot.store import drafts, published
from bot.store.database import open_database
from bot.store.drafts import DraftFile
from bot.store.simulated import Line
from bot.store.vault import Vault
from bot.terminal import as_bubble
from bot.values import KNOWN_LANGUAGES
from tests import outgoing_people
from tests.people import house_on
from tests.store import rows

SCRIPTS: list[dict[str, Any]] = YAML(typ="safe").load(
    (Path(__file__).parent / "conversations" / "scripts.yaml").read_text(encoding="utf-8")
)


def bot(*arguments: str, said: str = "", folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    given = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/bot.sqlite3"} | environ
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, input=said, capture_output=True, text=True, env=given, check=False, timeout=120)


def test_help_teaches(tmp_path: Path) -> None:
    said = bot("--help", folder=tmp_path).stdout
    assert "bot serve --demo" in said
    assert all(
        command in said for command in ("serve", "work", "chat", "check", "ask", "identify", "migrate", "doctor")
    )


@pytest.mark.parametrize("language", KNOWN_LANGUAGES)
@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_chat_carries_every_shipped_conversation_to_its_end(language: str, channel: str, tmp_path: Path) -> None:
    """All the settled conversations, one after the other, down one pipe; each begins with MENU or a command."""
    texts = [_said(message, language) for script in SCRIPTS if script["settled"] for message in script["says"]]
    said = "".join(f"{text}\n" for text in texts if text.isprintable())
    done = bot("chat", "--language", language, "--channel", channel, "--json", said=said, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) > 40
    assert {"text", "segments", "encoding", "options"} == set(lines[0])
    assert all(line["segments"] >= 1 and line["encoding"] in {"GSM-7", "UCS-2"} for line in lines)


def _said(message: str | dict[str, str], language: str) -> str:
    return message[language] if isinstance(message, dict) else message


def test_chat_without_a_language_begins_with_the_welcome(tmp_path: Path) -> None:
    done = bot("chat", "--json", said="Hi\n", folder=tmp_path)
    assert [option["label"] for option in json.loads(done.stdout)["options"]] == ["English", "Polski", "اردو", "বাংলা"]


def test_chat_needs_no_made_up_services(tmp_path: Path) -> None:
    own = tmp_path / "flows"
    shutil.copytree(SHIPPED / "flows", own, ignore=shutil.ignore_patterns("demo"))
    done = bot("chat", "--language", "en", said="MENU\n", folder=tmp_path, FLOWS_DIR=str(own))
    assert (done.returncode, done.stderr) == (0, "")
    assert "1. Find help near me" in done.stdout


def test_chat_shows_numbers_by_sms_and_buttons_or_a_list_on_whatsapp(tmp_path: Path) -> None:
    by_sms = bot("chat", "--language", "en", said="MENU\n1\n", folder=tmp_path).stdout
    whatsapp = bot("chat", "--language", "en", "--channel", "whatsapp", said="MENU\n1\nSTOP\n", folder=tmp_path).stdout
    assert "1. Food\n" in by_sms
    assert "[" not in by_sms
    assert " part, GSM-7" in by_sms
    assert "  | [Find help near me]\n  | [Ask a question]\n" in whatsapp
    assert "1. Find help near me" not in whatsapp
    assert "  | 1. Food\n" in whatsapp, "a label of this menu is too long for a list"
    assert " part" not in whatsapp


def test_a_message_on_whatsapp_has_buttons_a_list_or_numbers_as_its_options_fit() -> None:
    def shown(*labels: str) -> list[str]:
        numbered = "\n".join(f"{at}. {label}" for at, label in enumerate(labels, 1))
        options = tuple((label, label) for label in labels)
        line = Line("k", True, f"Well?\n{numbered}", 0, "en", size=("GSM-7", 1), prompt="Well?", options=options)
        return as_bubble(line, Channel.WHATSAPP).splitlines()

    assert shown("Yes", "No") == ["  | Well?", "  | [Yes] [No]", "  ` WhatsApp, buttons"]
    assert shown("Yes", "No", "x" * 24) == [
        "  | Well?",
        "  | [Yes]",
        "  | [No]",
        f"  | [{'x' * 24}]",
        "  ` WhatsApp, a list",
    ]
    assert shown("Yes", "x" * 25) == ["  | Well?", "  | 1. Yes", f"  | 2. {'x' * 25}", "  ` WhatsApp"]


def test_chat_in_a_language_that_is_not_offered_says_which_are(tmp_path: Path) -> None:
    done = bot("chat", "--language", "xx", folder=tmp_path)
    assert (done.returncode, done.stderr.strip()) == (1, '"xx" is not offered here. The languages are: en, pl, ur, bn.')


def test_a_bad_setting_ends_in_a_sentence_and_not_in_a_traceback(tmp_path: Path) -> None:
    done = bot("migrate", folder=tmp_path, REDIS_URL="nonsense")
    assert done.returncode == 1
    assert done.stderr.startswith("REDIS_URL cannot be")
    assert "Traceback" not in done.stderr


def test_a_broken_flow_file_stops_the_start_with_its_place(tmp_path: Path) -> None:
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "menu.yaml").write_text("flow: menu\nabout: x\nsteps:\n  - sya: Hello\n")
    done = bot("migrate", folder=tmp_path, FLOWS_DIR=str(flows))
    assert done.returncode == 1
    assert 'menu.yaml:4:5: error: "sya" is not a word I know. Did you mean "say"?' in done.stderr
    assert "Traceback" not in done.stderr


def test_check_finds_a_broken_file_as_json(tmp_path: Path) -> None:
    file = tmp_path / "tea.yaml"
    file.write_text("flow: tea\nabout: x\nsteps:\n  - sya: Hello\n")
    done = bot("check", str(file), "--json", folder=tmp_path)
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert (found["line"], found["column"], found["severity"], found["suggestion"]) == (4, 5, "error", "say")
    assert set(found) == {"file", "line", "column", "severity", "code", "message", "suggestion"}


def test_check_finds_nothing_wrong_with_what_is_shipped(tmp_path: Path) -> None:
    """No error, and no warning but those that say what is still to be translated."""
    done = bot("check", "--json", "--severity", "warning", folder=tmp_path)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [one for one in found if one["code"] not in {"untranslated", "fuzzy"}] == []


def test_check_shows_people_what_matters_and_programs_everything(tmp_path: Path) -> None:
    file = tmp_path / "tea.yaml"
    file.write_text(
        "flow: tea\nabout: x\nstart_words: [tea]\nsteps:\n  - ask: Milk?\n    id: milk\n    options:\n"
        "      - yes: With as much milk as there is\n      - no: Without milk\n"
        "    go: {no: end}\n  - say: Here it is.\n"
    )
    people, programs = bot("check", str(file), folder=tmp_path), bot("check", str(file), "--json", folder=tmp_path)
    assert (people.returncode, programs.returncode) == (1, 1)
    assert f'{file}:9:9: error: Here the conversation ends without a word after "no"' in people.stdout
    assert "info:" not in people.stdout
    assert people.stdout.splitlines()[-1].startswith("1 error, ")
    severities = {json.loads(line)["severity"] for line in programs.stdout.splitlines()}
    assert severities == {"error", "warning", "info"}
    quiet = bot("check", str(file), "--severity", "error", folder=tmp_path)
    assert "warning:" not in quiet.stdout


def test_segments_and_identify_read_lines(tmp_path: Path) -> None:
    sizes = bot("segments", "--json", said="Hello\nদোভাষী\n", folder=tmp_path).stdout.splitlines()
    assert [json.loads(line)["encoding"] for line in sizes] == ["GSM-7", "UCS-2"]
    spoken = bot("identify", said="gdzie jest lekarz\nডাক্তার কোথায়\nok\n", folder=tmp_path).stdout.split()
    assert spoken[:2] == ["pl", "bn"]


def test_ask_gives_answers_and_services_with_scores(tmp_path: Path) -> None:
    done = bot("ask", "can I see a doctor without id", "--language", "en", "--json", folder=tmp_path)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows[0]["id"] == "gp-without-id"
    assert {row["kind"] for row in rows} == {"answer", "service"}


def test_migrate_can_be_run_again_and_a_person_of_the_desk_added(tmp_path: Path) -> None:
    first, again = (bot("migrate", folder=tmp_path) for _ in range(2))
    assert (first.returncode, again.returncode) == (0, 0)
    assert " 0 unchanged, 0 left to the desk, 0 retired." in first.stdout
    assert "services; 0 stored, " in again.stdout
    add = (
        "users",
        "add",
        "zofia@example.org",
        "--name",
        "Zofia",
        "--role",
        "champion",
        "--password",
        "long-enough-words",
    )
    assert "may sign in" in bot(*add, folder=tmp_path).stdout
    assert bot(*add, folder=tmp_path).returncode == 1
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as conn:
        logged = conn.execute("SELECT actor, subject, detail FROM audit WHERE event = 'user_invited'").fetchall()
    assert logged == [("system", "user:1", '{"role": "champion"}')]
    assert "BAD" not in bot("doctor", folder=tmp_path).stdout


def test_settings_shows_no_secret(tmp_path: Path) -> None:
    said = bot("settings", folder=tmp_path, SECRET_KEY="never-show-me", REDIS_URL="redis://:never-show-me@h/0").stdout
    assert "never-show-me" not in said
    assert "TWILIO_ACCOUNT_SID" in said


def test_the_only_admin_who_lost_her_phone_is_admitted(tmp_path: Path) -> None:
    """The second step, its codes, a closed account and every session are gone; the password stays."""
    assert bot("migrate", folder=tmp_path).returncode == 0
    added = bot(*ADD_ZOFIA, "--name", "Zofia", folder=tmp_path)
    assert added.returncode == 0, added.stderr
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as conn, conn:
        conn.execute("UPDATE user SET totp_enc = 'sealed', recovery = '[\"code\"]'")
        conn.execute("INSERT INTO desk_session VALUES ('one', 1, 0, 0, 'Firefox', '')")
    done = bot("users", "admit", "Zofia@example.org", folder=tmp_path)
    assert "signs in with the password alone now" in done.stdout, done.stderr
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as conn:
        assert conn.execute("SELECT totp_enc, recovery, password IS NULL FROM user").fetchall() == [(None, "[]", 0)]
        assert conn.execute("SELECT count(*) FROM desk_session").fetchone() == (0,)
    nobody = bot("users", "admit", "nobody@example.org", folder=tmp_path)
    assert (nobody.returncode, "Nobody on the desk" in nobody.stderr) == (1, True)


ADD_ZOFIA = ("users", "add", "zofia@example.org", "--role", "champion", "--password", "long-enough-words")


@pytest.mark.parametrize("command", [(*ADD_ZOFIA, "--name", "Zofia"), ("work",)])
@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:///{folder}/new.sqlite3", 'Run "bot migrate" first'),
        ("postgresql://bot@127.0.0.1:1/bot", "The database cannot be used just now"),
        ("sqlite:////proc/nowhere/bot.sqlite3", "cannot be"),
    ],
)
def test_without_its_database_a_command_ends_in_a_sentence(
    command: tuple[str, ...], url: str, sentence: str, tmp_path: Path
) -> None:
    given = {"DATABASE_URL": url.format(folder=tmp_path), "SECRET_KEY": "x" * 40, "DATA_KEYS": new_key()}
    done = bot(*command, folder=tmp_path, **given)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert sentence in done.stderr


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--name", " "), "Give the person a name"),
        (("--name", "Zofia", "--language", "klingon"), '"klingon" is not a language I know'),
    ],
)
def test_a_person_without_a_name_or_of_no_language_is_not_added(
    more: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    done = bot(*ADD_ZOFIA, *more, folder=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert sentence in done.stderr


def test_a_language_without_catalogues_cannot_be_updated(tmp_path: Path) -> None:
    done = bot("translations", "update", "zz", folder=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert '"zz" has no catalogues' in done.stderr


def test_serve_on_a_port_in_use_ends_before_anything_is_kept(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = bot("serve", "--demo", "--port", port, folder=tmp_path)
    assert done.returncode == 1
    assert f"Port {port} is in use already" in done.stderr
    assert not (tmp_path / "bot.sqlite3").exists()


def test_serve_demo_is_refused_with_twilio_on(tmp_path: Path) -> None:
    twilio = {
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_SMS_FROM": "+447700900000",
        "PUBLIC_URL": "https://bot.example.org",
    }
    done = bot("serve", "--demo", folder=tmp_path, **twilio)
    assert done.returncode == 1
    assert done.stderr.startswith("DEMO cannot be yes while TWILIO_ACCOUNT_SID is set")


def test_doctor_says_when_the_keys_open_nothing(tmp_path: Path) -> None:
    """They were changed, or the database came from elsewhere."""
    keys = {"SECRET_KEY": "x" * 40, "DATA_KEYS": new_key()}
    assert bot("migrate", folder=tmp_path, **keys).returncode == 0
    db = open_database(f"sqlite:///{tmp_path}/bot.sqlite3", Vault([keys["DATA_KEYS"]]))
    outgoing_people.person(db, 1)
    db.close()
    assert "ok   Keys" in bot("doctor", folder=tmp_path, **keys).stdout
    done = bot("doctor", folder=tmp_path, **keys | {"DATA_KEYS": new_key()})
    assert done.returncode == 1
    assert "BAD  Keys: A sealed text cannot be opened" in done.stdout


def test_flows_diff_tells_what_a_change_is_to_the_people_in_it(tmp_path: Path) -> None:
    """The folder is compared with what was published last; what is broken or missing is told."""
    keys = {"SECRET_KEY": "x" * 40, "DATA_KEYS": new_key()}
    assert 'Run "bot migrate" first' in bot("flows", "diff", folder=tmp_path, **keys).stderr
    assert bot("migrate", folder=tmp_path, **keys).returncode == 0
    same = bot("flows", "diff", folder=tmp_path, **keys).stdout
    assert same.startswith("No differences from the version that was published last (")
    changed = tmp_path / "changed"
    shutil.copytree(SHIPPED / "flows", changed)
    menu = (changed / "menu.yaml").read_text(encoding="utf-8")
    (changed / "menu.yaml").write_text(
        menu.replace("ask: What do you need?", "ask: How can we help?"), encoding="utf-8"
    )
    done = bot("flows", "diff", str(changed), folder=tmp_path, **keys)
    assert done.stdout.splitlines()[1:] == [
        "menu, need: says something else",
        "  - What do you need?",
        "  + How can we help?",
        "People in the middle of a conversation now: 0",
    ]
    rows = [
        json.loads(line)
        for line in bot("flows", "diff", str(changed), "--json", folder=tmp_path, **keys).stdout.splitlines()
    ]
    assert [(row["change"], row["flow"], row["step"]) for row in rows] == [("text", "menu", "need")]
    (changed / "menu.yaml").write_text("flow: menu", encoding="utf-8")
    broken = bot("flows", "diff", str(changed), folder=tmp_path, **keys)
    assert (broken.returncode, "menu.yaml:" in broken.stderr, "Traceback" in broken.stderr) == (1, True, False)


def test_what_the_desk_published_is_listed_looked_at_and_pulled(tmp_path: Path) -> None:
    """Into a folder of the community's own; afterwards nothing is left to pull."""
    url, keys, folder = f"sqlite:///{tmp_path}/bot.sqlite3", new_key(), tmp_path / "flows"
    shutil.copytree(SHIPPED / "flows", folder)
    given = {"DATA_KEYS": keys, "FLOWS_DIR": str(folder)}
    assert 'Run "bot migrate" first' in bot("flows", "list", folder=tmp_path, **given).stderr
    bot("migrate", folder=tmp_path, **given)
    assert "nothing to pull" in bot("flows", "pull", folder=tmp_path, **given).stdout
    lunch = "flow: lunch\nabout: x\nstart_words: [lunch]\nsteps:\n  - say: At twelve.\n"
    house = house_on(url, **given)
    with house.parts.db.begin() as conn:
        ruth = rows.champion(conn, "Ruth")
        draft = drafts.begin(conn, DraftFile("lunch.yaml", lunch, None), user_id=ruth, now_ms=1)
        texts = {"lunch.yaml": lunch}
        bases: dict[str, str | None] = {"lunch.yaml": None}
        published.publish(conn, house.shelf.folder, texts, bases, user_id=ruth, now_ms=1, draft_id=draft)
    house.parts.db.close()
    listed = bot("flows", "list", folder=tmp_path, **given).stdout
    assert "desk      lunch.yaml wins over the folder's file" in listed
    assert "lunch.yaml, by Ruth" in listed
    well = bot("doctor", folder=tmp_path, **given).stdout
    assert "Desk's flows: in use, over the files of the folder: lunch.yaml" in well
    looked = bot("flows", "pull", "--dry-run", folder=tmp_path, **given).stdout
    assert "+flow: lunch" in looked
    assert "Nothing was written" in looked
    assert not (folder / "lunch.yaml").exists()
    assert "now: 1." in bot("flows", "pull", folder=tmp_path, **given).stdout
    assert (folder / "lunch.yaml").read_text(encoding="utf-8") == lunch
    assert "nothing to pull" in bot("flows", "pull", folder=tmp_path, **given).stdout
    lines = bot("flows", "list", "--json", folder=tmp_path, **given).stdout.splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["revision", "draft"]
