'use strict';
// Look at local files with a headless Chromium, driven through a pipe: no port, no package. Reads a
// JSON array of visits from standard input and writes one of what was seen. A visit names a file,
// and may give width, height, dark, print (look at it as paper does), the file of a script to run there, an expression to
// evaluate then, which may be a promise, and files to write a picture or a PDF to. Seen are its value, console messages, and requests.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const { pathToFileURL } = require('node:url');

const [browserCommand, profile] = process.argv.slice(2);
const SETTINGS = [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars',
    '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-extensions',
    `--user-data-dir=${profile}`, '--remote-debugging-pipe', 'about:blank',
];

// Start the browser; send() asks it something, and listen hears what it tells of itself.
function startBrowser() {
    const browser = spawn(browserCommand, SETTINGS, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    const [, , , requests, answers] = browser.stdio;
    const waiting = new Map();
    const connection = { browser, listen: () => {} };
    let number = 0;
    let pending = '';
    answers.setEncoding('utf8').on('data', (part) => {
        const messages = (pending + part).split('\0');
        pending = messages.pop();
        for (const { id, result, error, method, params } of messages.map((message) => JSON.parse(message))) {
            if (id === undefined) {
                connection.listen(method, params);
            } else {
                const { resolve, reject } = waiting.get(id);
                error ? reject(new Error(error.message)) : resolve(result);
            }
        }
    });
    connection.send = (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
        number += 1;
        waiting.set(number, { resolve, reject });
        requests.write(`${JSON.stringify({ id: number, method, params, sessionId })}\0`);
    });
    return connection;
}

// Open the file of a visit in a tab of its own, and tell what was seen.
async function visit(connection, { file, width = 1200, height = 900, scale = 1, dark = false, print = false, script, expression, picture, whole = false, pdf }) {
    const seen = { requests: [], messages: [] };
    const { targetId } = await connection.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await connection.send('Target.attachToTarget', { targetId, flatten: true });
    const send = (method, params) => connection.send(method, params, sessionId);
    const loaded = new Promise((resolve) => {
        connection.listen = (method, params) => ({
            'Page.loadEventFired': resolve,
            'Network.requestWillBeSent': () => seen.requests.push(params.request?.url),
            'Runtime.consoleAPICalled': () => seen.messages.push(JSON.stringify(params.args)),
            'Runtime.exceptionThrown': () => seen.messages.push(params.exceptionDetails?.text),
            'Log.entryAdded': () => seen.messages.push(params.entry?.text),
        }[method]?.());
    });
    for (const domain of ['Page', 'Network', 'Runtime', 'Log']) {
        await send(`${domain}.enable`);
    }
    await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: scale, mobile: width < 500 });
    await send('Emulation.setEmulatedMedia', {
        media: print ? 'print' : '',
        features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }],
    });
    await send('Page.navigate', { url: pathToFileURL(file).href });
    await loaded;
    if (script) {
        await send('Runtime.evaluate', { expression: fs.readFileSync(script, 'utf8') });
    }
    if (expression) {
        const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
        seen.value = exceptionDetails ? `error: ${exceptionDetails.exception?.description}` : result.value;
    }
    if (picture) {
        const { data } = await send('Page.captureScreenshot', { captureBeyondViewport: whole });
        fs.writeFileSync(picture, Buffer.from(data, 'base64'));
    }
    if (pdf) {
        const { data } = await send('Page.printToPDF', { preferCSSPageSize: true, printBackground: true });
        fs.writeFileSync(pdf, Buffer.from(data, 'base64'));
    }
    await connection.send('Target.closeTarget', { targetId });
    return seen;
}

// All visits, one after the other.
async function main() {
    const visits = JSON.parse(fs.readFileSync(0, 'utf8'));
    const connection = startBrowser();
    const seen = [];
    for (const each of visits) {
        seen.push(await visit(connection, each));
    }
    process.stdout.write(JSON.stringify(seen));
    connection.browser.on('exit', () => process.exit(0));
    await connection.send('Browser.close').catch(() => {});
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
