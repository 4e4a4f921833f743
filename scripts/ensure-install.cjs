/**
 * Runs before every npm script that needs the dependencies: installs them when node_modules is not what
 * package-lock.json says. Written for any Node, so that one that is too old gets a sentence and not a syntax error.
 *
 * What is installed is read from npm's own record (node_modules/.package-lock.json), which npm writes last: an install
 * that was cut short has none and is repeated, one made by hand counts.
 */
'use strict';

var childProcess = require('child_process');
var fs = require('fs');
var path = require('path');

var ROOT = path.join(__dirname, '..');

/** The oldest Node with `require` of ES modules, which jest's and ESLint's packages use by now. */
var OLDEST_NODE = [20, 19];

function say(message) {
  process.stderr.write('sluice: ' + message + '\n');
}

function nodeIsTooOld() {
  var parts = process.versions.node.split('.').map(Number);
  return parts[0] < OLDEST_NODE[0] || (parts[0] === OLDEST_NODE[0] && parts[1] < OLDEST_NODE[1]);
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(path.join(ROOT, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** The first package that differs between the lock file and what is installed, or undefined. */
function firstDifference(locked, installed) {
  var names = Object.keys(locked).filter(function (name) {
    return name !== '';
  });
  var wrong = names.find(function (name) {
    var present = installed[name];
    return present === undefined ? !locked[name].optional : present.version !== locked[name].version;
  });
  var extra = Object.keys(installed).find(function (name) {
    return locked[name] === undefined;
  });
  return wrong || extra;
}

/** Why an install is needed, or undefined when nothing is to be done. */
function reasonToInstall() {
  var locked = readPackages('package-lock.json');
  var installed = readPackages('node_modules/.package-lock.json');
  if (locked === undefined) {
    return 'package-lock.json cannot be read';
  }
  if (installed === undefined) {
    return 'node_modules is not there or not complete';
  }
  var different = firstDifference(locked, installed);
  return different && path.basename(different) + ' differs from package-lock.json';
}

/** npm's output goes to standard error: the scripts that follow print JSON on standard output. */
function install() {
  var npm = process.env['npm_execpath'];
  var command = npm ? process.execPath : 'npm';
  // NODE_ENV=production would leave out what the tests and tsx need.
  var args = (npm ? [npm] : []).concat(['ci', '--include=dev', '--no-audit', '--no-fund']);
  return childProcess.spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], shell: !npm });
}

function main() {
  if (nodeIsTooOld()) {
    say('Node ' + OLDEST_NODE.join('.') + ' or newer is needed to run Sluice; this is ' + process.versions.node + '.');
    say('Install it from https://nodejs.org, or with nvm: `nvm install` reads .nvmrc.');
    return 1;
  }
  var reason = reasonToInstall();
  if (reason === undefined) {
    return 0;
  }
  say('installing the dependencies (' + reason + '); about a minute, 1.5 GB once ...');
  var startedAt = Date.now();
  var result = install();
  if (result.error || result.status !== 0) {
    say('`npm ci` failed' + (result.error ? ': ' + result.error.message : ' with status ' + result.status) + '.');
    return 1;
  }
  say('dependencies installed in ' + Math.round((Date.now() - startedAt) / 1000) + ' s.');
  return 0;
}

process.exitCode = main();
