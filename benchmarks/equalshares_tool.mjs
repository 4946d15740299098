// Runs the counting code of the equalshares.net tool (MIT licence, not part of this repository) under Node.
//
//     node equalshares_tool.mjs FOLDER FILE.pb
//
// FOLDER is a checkout of equalshares/equalshares-compute-tool. Its worker and its parser are loaded as they are; what a
// browser would give them is stood in for. Prints one JSON object, as benchmarks/count.py expects it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';

const [folder, file] = process.argv.slice(2);
const seconds = (from) => { const used = process.cpuUsage(from); return (used.user + used.system) / 1e6; };

const context = vm.createContext({ console, postMessage: () => {}, self: {}, window: {} });
context.importScripts = (name) => vm.runInContext(readFileSync(join(folder, 'js', name), 'utf8'), context);
vm.runInContext(readFileSync(join(folder, 'js/methodOfEqualSharesWorker.js'), 'utf8'), context);
vm.runInContext(readFileSync(join(folder, 'js/pabulibParser.js'), 'utf8').replaceAll('export ', ''), context);

let from = process.cpuUsage();
context.text = readFileSync(file, 'utf8');
vm.runInContext('parsed = parsePabulibFromString(text)', context);
const reading = seconds(from);

from = process.cpuUsage();
vm.runInContext(`
    N = Object.keys(parsed.votes);
    C = Object.keys(parsed.projects);
    cost = Object.fromEntries(C.map(c => [c, parseInt(parsed.projects[c].cost)]));
    params = { tieBreaking: ['minCost', 'maxVotes'], accuracy: 'floats', completion: 'none', comparison: 'none' };
    winners = equalSharesFixedBudget(N, C, cost, parsed.approvers, parseInt(parsed.meta.budget), params).winners;
`, context);
const counting = seconds(from);

const peak = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ reading, counting, winners: [...context.winners].sort(), peak }));
