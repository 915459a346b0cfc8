"""The report, made from a finished run without a network, and opened in a real browser."""

import json
import re
import shutil
import subprocess
from collections import Counter

import pytest
import yaml

from sparse_nqs.storage.tables import read_table

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAGES = 2  # scoreboard, and what the run was

# Noted from the start: what goes wrong in any script of the page.
WATCH = """<script>
window.wrong = [];
window.addEventListener("error", (event) => window.wrong.push(String(event.message || event.target.src)), true);
window.addEventListener("unhandledrejection", (event) => window.wrong.push(String(event.reason)));
const say = console.error;
console.error = (...words) => { window.wrong.push(words.join(" ")); say(...words); };
</script>"""
# Opens every result as its button does, and its description; then leaves what it saw in the document.
VISIT = """<script>
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
window.addEventListener("load", async () => {
    const seen = {};
    await wait(500);
    for (const [path, entry] of Object.entries(results)) {
        const kind = entry.mime_type.startsWith("image/") ? "img" : "html";
        app.setView({content: kind, contentPath: entry.data_uri, resultPath: path});
        await wait(300);
        const image = [...document.images].find((shown) => shown.src === entry.data_uri);
        const frame = document.querySelector("iframe");
        app.showResultInfo(path);
        await wait(100);
        const caption = document.querySelector("li.prose");
        seen[path] = {
            kind: kind,
            width: kind === "img" && image ? image.naturalWidth : 0,
            frame: kind === "html" && frame !== null && frame.src === entry.data_uri,
            caption: caption ? caption.innerText : "",
        };
    }
    const outcome = document.createElement("pre");
    outcome.id = "outcome";
    outcome.textContent = JSON.stringify({seen: seen, wrong: window.wrong, categories: Object.keys(categories)});
    document.body.appendChild(outcome);
});
</script>"""


@pytest.fixture(scope="module")
def reported(original, tmp_path_factory):
    """A copy of the finished project with its report."""
    project = original.copy(tmp_path_factory.mktemp("reported") / "a folder")
    assert project.planned(None, "reported") == Counter({"describe_run": 1, "reported": 1})
    made = project.snakemake("--cores", "1", "--", "reported")
    assert made.returncode == 0, made.stdout + made.stderr
    made = project.snakemake("--report", "results/report.html", "--", "reported")
    assert made.returncode == 0, made.stdout + made.stderr
    # A network would be asked for what is missing.
    assert "downloading" not in made.stdout + made.stderr
    return project


def content(project, name):
    text = (project.folder / "results" / "report.html").read_text(encoding="utf-8")
    return json.loads(re.search(rf'<script id="{name}">\s*var {name} = (.*?);?\s*</script>', text, re.S)[1])


def test_the_report_holds_every_figure_with_its_caption(reported):
    results = content(reported, "results")
    figures = reported.config["figures"]
    assert set(results) == {f"results/figures/{name}.png" for name in figures} | {
        "results/summaries/comparison.html",
        "results/summaries/draws.html",
        "results/summaries/run.html",
    }
    for name in figures:
        entry = results[f"results/figures/{name}.png"]
        assert entry["data_uri"].startswith("data:image/png;")
        for part in ("Shown.", "System.", "Seeds.", "What it says."):
            assert f"<strong>{part}</strong>" in entry["caption"]
        assert "system-message" not in entry["caption"]
        assert entry["labels"] == {"Figure": name}


def test_the_page_of_the_run_is_true(reported):
    page = (reported.folder / "results" / "summaries" / "run.html").read_text(encoding="utf-8")
    config = yaml.safe_load(re.search(r"<pre>(.*?)</pre>", page, re.S)[1].replace("&#x27;", "'"))
    assert set(config["studies"]) == set(reported.config["studies"])
    rows = re.findall(r"<tr><td>(\w+)</td>", page)
    assert rows[: len(config["studies"])] == list(reported.config["studies"])
    assert config["studies"]["ising"]["pruning"]["rounds"] == 4
    made = read_table(reported.folder / "results/summaries/provenance.parquet", "provenance")
    assert len(made) > 20
    for name in ("spec_hash", "code_hash", "versions"):
        assert all(f">{text}</td>" in page for text in made[name])


def test_the_report_depends_on_nothing_outside(reported):
    text = (reported.folder / "results" / "report.html").read_text(encoding="utf-8")
    head = re.sub(r"<script\b[^>]*>.*?</script>", "", text, flags=re.S)
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", head)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; Debian's package is chromium")
def test_a_browser_shows_every_figure_without_a_script_error(reported, tmp_path):
    text = (reported.folder / "results" / "report.html").read_text(encoding="utf-8")
    page = tmp_path / "report.html"
    text = text.replace("<head>", "<head>" + WATCH, 1)
    # Scripts have the tag in their strings; the last one ends the page.
    start, end = text.rsplit("</body>", 1)
    page.write_text(f"{start}{VISIT}</body>{end}", encoding="utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    # Whatever the page would fetch is refused.
    command += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'browser'}"]
    command += ["--window-size=1400,900", "--virtual-time-budget=60000", "--dump-dom", page.as_uri()]
    dump = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout
    found = re.search(r'<pre id="outcome">(.*?)</pre>', dump, re.S)
    assert found, dump[-2000:]
    outcome = json.loads(found[1].replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
    assert outcome["wrong"] == [], outcome["wrong"]
    assert "Comparison with the paper" in outcome["categories"] and "The run" in outcome["categories"]
    seen = outcome["seen"]
    images = {path: entry for path, entry in seen.items() if entry["kind"] == "img"}
    assert len(images) == len(reported.config["figures"]) and len(seen) == len(images) + PAGES
    for path, entry in images.items():
        # 86 mm or more at 200 dots per inch.
        assert entry["width"] >= 670, path
        assert "What it says." in entry["caption"], path
    assert all(entry["frame"] for path, entry in seen.items() if path not in images)
