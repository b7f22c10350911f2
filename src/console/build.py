#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Builds the page in the build directory, where nothing of the sources is changed.

Usage: build.py SOURCE WORK OUT.c DEPFILE

Copies the sources to WORK, installs the packages there if the list of them has changed, checks the
types, builds, and writes OUT.c (embed.py); DEPFILE tells ninja what it was made of.  Without a
network, packages come from npm's cache.
"""

import filecmp
import os
import pathlib
import shutil
import subprocess
import sys

COPIED = ('index.html', 'package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts',
          '.npmrc')
SYSTEM_CA = '/etc/ssl/certs/ca-certificates.crt'
HINT = 'To build iocd without the page: meson configure -Dconsole=disabled'


def run(work, *argv):
    done = subprocess.run(argv, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(argv)}:\n{done.stdout}\n{HINT}")


def copy_sources(source, work):
    work.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(work / 'app', ignore_errors=True)
    shutil.copytree(source / 'app', work / 'app')
    for name in COPIED:
        shutil.copy2(source / name, work / name)


def trust_as_the_system():
    """npm does not by itself know of an authority that this system trusts (a proxy's, for one)."""
    if pathlib.Path(SYSTEM_CA).exists():
        os.environ.setdefault('NODE_EXTRA_CA_CERTS', SYSTEM_CA)


def install(work):
    """Only when the list has changed since it was installed: a build must not need the network."""
    lock, installed = work / 'package-lock.json', work / 'node_modules' / '.installed-lock.json'
    if installed.exists() and filecmp.cmp(lock, installed, shallow=False):
        return
    shutil.rmtree(work / 'node_modules', ignore_errors=True)
    run(work, 'npm', 'ci', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund')
    shutil.copyfile(lock, installed)


def write_depfile(depfile, out, source):
    """Folders too: they change when a file comes or goes."""
    app = source / 'app'
    made_of = [source / name for name in COPIED] + [app] + sorted(app.rglob('*'))
    depfile.write_text(f"{out}: {' '.join(str(path).replace(' ', chr(92) + ' ') for path in made_of)}\n")


def main():
    source, work, c_out, depfile = (pathlib.Path(arg).absolute() for arg in sys.argv[1:5])
    os.environ.pop('NODE_ENV', None)  # npm would leave out what builds
    trust_as_the_system()
    copy_sources(source, work)
    install(work)
    bin_ = work / 'node_modules' / '.bin'
    run(work, 'node', str(bin_ / 'tsc'), '--noEmit')
    run(work, 'node', str(bin_ / 'vite'), 'build', '--logLevel', 'warn')
    subprocess.run([sys.executable, str(source / 'embed.py'), str(work / 'dist'), str(c_out)], check=True)
    write_depfile(depfile, sys.argv[3], source)


if __name__ == '__main__':
    main()
