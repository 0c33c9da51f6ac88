// Where the tests find the server: STATOR_ENDPOINT, or a Stator that this process starts on a free
// loopback port and stops at its end.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after } from 'node:test';

const START_TIMEOUT_MS = 20000;

// Starts a server with these flags, which is stopped when the tests of this process have ended.
export async function start(...flags) {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const binary = process.env.STATOR_BINARY ?? join(root, 'build/release/src/cli/stator');
  const directory = mkdtempSync(join(tmpdir(), 'stator-test-'));
  // STATOR_WIRE_AUTH: the same tests with verified signatures, as the root.
  const auth = process.env.STATOR_WIRE_AUTH ? ['--auth'] : [];
  const store = flags.includes('--in-memory') ? [] : ['--data-dir', directory];
  const server = spawn(binary, ['serve', '--port', '0', ...store, ...auth, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let running = false;
  server.stderr.on('data', (chunk) => (output += chunk));
  const left = new Promise((resolve) => server.on('close', (code, signal) => resolve({ code, signal })));
  const url = await new Promise((resolve, reject) => {
    const fail = (why) => {
      server.kill('SIGKILL'); // no effect on one that has left already
      rmSync(directory, { recursive: true, force: true });
      reject(new Error(`the server ${why}\n${output}`));
    };
    const timer = setTimeout(() => fail('printed no URL'), START_TIMEOUT_MS);
    server.on('error', (error) => fail(`did not start: ${error.message}`));
    left.then(({ code, signal }) => running || fail(`left with ${code ?? signal}`));
    server.stdout.on('data', (chunk) => {
      output += chunk;
      const match = output.match(/https?:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+/);
      if (match) {
        clearTimeout(timer);
        running = true;
        for (const [, name, value] of output.matchAll(/^export (AWS_\w+)=(\S+)$/gm)) process.env[name] = value;
        resolve(match[0]);
      }
    });
  });
  after(async () => {
    server.kill('SIGTERM');
    const { code, signal } = await left;
    rmSync(directory, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the server left with ${code ?? signal}, not 0\n${output}`);
  });
  return url;
}

export const endpoint = process.env.STATOR_ENDPOINT ?? (await start());
