"""A real SLURM of one node in a folder of its own; `python tests/slurm/cluster.py [--cpus N] COMMAND...` runs in it.

The daemons (munged for authentication, slurmctld, slurmd) run in the foreground as children of this process, on
loopback, with configuration, keys, state and records below one folder. Nothing outside it is read or written, and
several such clusters may run at the same time. There is no database: what became of jobs is read from the
controller, which keeps them for an hour, and from the record of completed jobs.
"""

import argparse
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

_DAEMONS = ("munged", "slurmctld", "slurmd")
_COMMANDS = ("sacct", "sbatch", "scancel", "scontrol", "sinfo", "squeue", "srun")
_SECONDS_TO_START = 60
_SECONDS_TO_STOP = 20

_CONFIGURATION = """\
ClusterName=sparse_nqs_test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge

SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
StateSaveLocation={folder}/controller
SlurmdSpoolDir={folder}/node

# Neither control groups nor MPI, which containers may lack.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
PropagateResourceLimits=NONE
MailProg=/bin/true
JobAcctGatherType=jobacct_gather/linux

# Processors and memory are shared out, and a job starts within a second.
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
PriorityType=priority/basic
EnforcePartLimits=ALL
# Nodes may claim more than the machine has.
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=5

# How jobs ended.
MinJobAge=3600
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/completed

NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory_mb} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class ClusterError(RuntimeError):
    """SLURM is not installed, or a daemon does not start; the message says which and shows the end of its log."""


class Cluster(NamedTuple):
    """A running cluster.

    Attributes:
        folder: where all its files are.
        environment: of a process that uses it; its PATH begins with SLURM commands that know the cluster.
    """

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str) -> str:
        """The output of a SLURM command such as squeue."""
        done = subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout

    def jobs(self) -> list[dict[str, str]]:
        """All jobs that the controller knows, as `scontrol show job` describes them."""
        lines = self.run("scontrol", "--oneliner", "show", "job").splitlines()
        return [_fields(line) for line in lines if line.startswith("JobId=")]

    def completed(self) -> list[dict[str, str]]:
        """The record of all jobs that ended, in that order."""
        record = self.folder / "completed"
        return [_fields(line) for line in record.read_text().splitlines()] if record.exists() else []


def _fields(line: str) -> dict[str, str]:
    """NAME=VALUE pairs parted by blanks; values may hold "=", and pieces without one belong to what is before."""
    fields: dict[str, str] = {}
    last = ""
    for word in line.split():
        name, is_pair, value = word.partition("=")
        if is_pair and name.replace("/", "").replace(":", "").isalnum():
            fields[name], last = value, name
        elif last:
            fields[last] += f" {word}"
    return fields


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until(is_true: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def _programs() -> dict[str, str]:
    path = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])
    found = {name: shutil.which(name, path=path) for name in (*_DAEMONS, *_COMMANDS)}
    missing = [name for name, place in found.items() if place is None]
    if missing:
        raise ClusterError(f"{', '.join(missing)} not found; tests/slurm/install.sh installs SLURM")
    return found


def _write_commands(folder: Path, programs: dict[str, str], configuration: Path) -> None:
    """SLURM's commands, told of the cluster. $SLURM_CONF alone is not enough: Snakemake's jobs drop it before srun."""
    folder.mkdir()
    for name in _COMMANDS:
        command = folder / name
        command.write_text(f"#!/bin/sh\nSLURM_CONF='{configuration}' exec '{programs[name]}' \"$@\"\n")
        command.chmod(0o755)


@contextmanager
def _daemon(command: list[str], log: Path, is_ready: Callable[[], bool], environment: dict) -> Iterator[None]:
    """A process that is stopped at the end, once it is ready."""
    with log.open("a") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        if not _wait_until(lambda: process.poll() is not None or is_ready(), _SECONDS_TO_START):
            raise ClusterError(f"{command[0]} does not answer:\n{log.read_text()[-2000:]}")
        if process.poll() is not None:
            raise ClusterError(f"{command[0]} ended:\n{log.read_text()[-2000:]}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _succeeds(command: list[str], environment: dict, wanted: str = "") -> bool:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    return done.returncode == 0 and wanted in done.stdout


@contextmanager
def running_cluster(cpus: int, memory_mb: int) -> Iterator[Cluster]:
    """A cluster of one node with so many processors and so much memory, whatever the machine has.

    Jobs that still run at the end are cancelled.

    Raises:
        ClusterError: if SLURM is not installed or does not start.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slurm-")))
        programs = _programs()
        configuration, commands = folder / "slurm.conf", folder / "bin"
        _write_commands(commands, programs, configuration)
        environment = {**os.environ, "PATH": os.pathsep.join([str(commands), os.environ["PATH"]])}
        host = socket.gethostname().split(".")[0]
        for name in ("controller", "node"):
            (folder / name).mkdir(mode=0o755)
        configuration.write_text(
            _CONFIGURATION.format(
                host=host,
                controller_port=_free_port(),
                node_port=_free_port(),
                user=pwd.getpwuid(os.getuid()).pw_name,
                folder=folder,
                cpus=cpus,
                memory_mb=memory_mb,
            )
        )
        key = folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(1024))
        munge_socket = folder / "munge.socket"
        munge_options = {
            "--socket": munge_socket,
            "--key-file": key,
            "--pid-file": folder / "munged.pid",
            "--log-file": folder / "munged.log",
            "--seed-file": folder / "munged.seed",
        }

        def start(name: str, *options: str, is_ready: Callable[[], bool]) -> None:
            command = [programs[name], *options]
            stack.enter_context(_daemon(command, folder / f"{name}.out", is_ready, environment))

        # Forced, as it would have its socket in a folder that is open to all users.
        start(
            "munged",
            "--foreground",
            "--force",
            *(f"{name}={value}" for name, value in munge_options.items()),
            is_ready=munge_socket.exists,
        )
        start(
            "slurmctld",
            "-D",
            "-f",
            str(configuration),
            is_ready=lambda: _succeeds(["scontrol", "ping"], environment, "is UP"),
        )
        start(
            "slurmd",
            "-D",
            "-f",
            str(configuration),
            is_ready=lambda: _succeeds(["sinfo", "-h", "-o", "%t"], environment, "idle"),
        )
        cluster = Cluster(folder, environment)
        stack.callback(_cancel_all, cluster)
        yield cluster


def _cancel_all(cluster: Cluster) -> None:
    ids = cluster.run("squeue", "-h", "-o", "%A").split()
    if ids:
        cluster.run("scancel", *ids)
        _wait_until(lambda: not cluster.run("squeue", "-h"), _SECONDS_TO_STOP)


def main() -> int:
    """Run the command of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cpus", type=int, default=os.cpu_count(), help="processors of the node")
    parser.add_argument("--memory-mb", type=int, default=8000, help="memory of the node")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND")
    arguments = parser.parse_args()
    if not arguments.command:
        parser.error("a command is required")
    with running_cluster(arguments.cpus, arguments.memory_mb) as cluster:
        return subprocess.run(arguments.command, env=cluster.environment).returncode


if __name__ == "__main__":
    sys.exit(main())
