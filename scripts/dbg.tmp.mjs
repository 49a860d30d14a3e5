import { readFileSync } from 'node:fs';
import { importSource } from './bundle.js';
const core = await importSource('dbg', `export { Dockerfile } from './src/dockerfile/index.js';
   export { readFacts, orderReason, effectsOf } from './src/facts/index.js';`);
const file = core.Dockerfile.parse(readFileSync(process.argv[2],'utf8'));
const facts = core.readFacts(file);
const lines = process.argv.slice(3).map(Number);
const at = (l) => file.instructions.find(i=>i.lines.first===l);
for (let i=0;i<lines.length;i++) for (let j=i+1;j<lines.length;j++) console.log(lines[i],lines[j],core.orderReason(facts, at(lines[i]), at(lines[j])));
for (const l of lines) { const {opaque, network, writes, readsEnvironment}=core.effectsOf(facts, at(l)); console.log(l, {opaque, network, writes: writes.slice(0,8), readsEnvironment}); }
