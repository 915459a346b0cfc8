import pytest

from sparse_nqs.stages.arguments import read_arguments


@pytest.fixture
def command(monkeypatch):
    def set_command(*words):
        monkeypatch.setattr("sys.argv", ["script.py", *words])

    return set_command


def test_spec_and_files(command):
    command("--spec", '{"rounds": [1, 2], "name": "größe"}', "--imp-wr", "a b.safetensors", "--states=out")
    arguments = read_arguments("What it does.", "imp_wr", "states")
    assert vars(arguments) == {
        "spec": {"rounds": [1, 2], "name": "größe"},
        "imp_wr": "a b.safetensors",
        "states": "out",
    }


def test_lists_of_files(command):
    command("--tables", "a", "b", "--spec", "{}", "--pdf", "out", "--more-tables", "c")
    arguments = read_arguments("", "pdf", lists=["tables", "more_tables"])
    assert (arguments.tables, arguments.more_tables, arguments.pdf) == (["a", "b"], ["c"], "out")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--states", "out"], "required: --spec"),
        (["--spec", "{}"], "required: --states"),
        (["--spec", "{}", "--states"], "argument --states: expected one argument"),
        (["--spec", "{'a': 1}", "--states", "out"], "argument --spec: invalid"),
        (["--spec", "{}", "--states", "out", "--more", "x"], "unrecognized arguments: --more x"),
    ],
)
def test_wrong_command_lines_say_what_is_wrong(command, capsys, words, message):
    command(*words)
    with pytest.raises(SystemExit) as stopped:
        read_arguments("What it does.", "states")
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_help_shows_the_description(command, capsys):
    command("--help")
    with pytest.raises(SystemExit) as stopped:
        read_arguments("Measure every state.", "states")
    assert stopped.value.code == 0
    assert "Measure every state." in capsys.readouterr().out
