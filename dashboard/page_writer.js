'use strict';
// A thread that writes the pages of some lead sources: files.js hands it the folder and their figures, and is told of every page.

const path = require('node:path');
const { parentPort, workerData } = require('node:worker_threads');
const { makeReport, sourcePages } = require('./page');
const { replace } = require('./files');

const report = makeReport(JSON.parse(workerData.figures), { directory: true });
for (const [file, text] of sourcePages(report)) {
    replace(path.join(workerData.folder, file), text);
    parentPort.postMessage(file);
}
