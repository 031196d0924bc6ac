// Opens drawings in a real browser with the programs that people open them with, and says what those saw.
// One request a line on standard input, one answer a line on standard output.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS });
const context = await browser.newContext({ offline: true, viewport: { width: 1400, height: 1000 } });
const page = await context.newPage();
await page.setContent('<!doctype html><meta charset="utf-8"><div id="canvas" style="width:1400px;height:1000px"></div>');
await page.addScriptTag({ path: require.resolve('bpmn-js/dist/bpmn-navigated-viewer.production.min.js') });
await page.addScriptTag({ path: require.resolve('mermaid/dist/mermaid.min.js') });
await page.evaluate(() => {
  window.alerts = [];
  window.alert = (text) => window.alerts.push(String(text));
  window.mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', maxTextSize: 500000, maxEdges: 2000 });
});

async function bpmn(text) {
  return page.evaluate(async (xml) => {
    const viewer = new window.BpmnJS({ container: '#canvas' });
    try {
      const { warnings } = await viewer.importXML(xml);
      viewer.get('canvas').zoom('fit-viewport');
      const shown = viewer.get('elementRegistry').getAll().filter((element) => element.type !== 'label');
      const elements = shown.map(({ id, type, businessObject: { name, text: words } }) => ({ id, type, name: name ?? words ?? null }));
      return { warnings: warnings.map((warning) => warning.message), elements, alerts: window.alerts };
    } finally {
      if (!window.keep) viewer.destroy();
    }
  }, text);
}

async function mermaid(text) {
  return page.evaluate(async (source) => {
    const read = await window.mermaid.mermaidAPI.getDiagramFromText(source);
    const { svg } = await window.mermaid.render('drawn', source);
    const canvas = document.createElement('div');
    canvas.innerHTML = svg;
    const said = (css) => [...canvas.querySelectorAll(css)].map((each) => each.innerHTML.includes('<br') ? [...each.childNodes].map((node) => node.textContent).join('\n') : each.textContent);
    return { nodes: said('g.node .nodeLabel p, g.node .nodeLabel:not(:has(p))'), edges: said('.edgeLabel .edgeLabel p'), title: said('text.flowchartTitleText'), arrows: read.db.getEdges().length, scripts: canvas.querySelectorAll('script').length, alerts: window.alerts };
  }, text);
}

async function svg(text) {
  return page.evaluate((source) => {
    const read = new DOMParser().parseFromString(source, 'image/svg+xml');
    const canvas = document.getElementById('canvas');
    canvas.innerHTML = source;
    const symbols = [...canvas.querySelectorAll('[role~="graphics-symbol"]')];
    const inside = [...canvas.querySelectorAll('text')].every((each) => {
      const [box, all] = [each.getBoundingClientRect(), canvas.firstElementChild.getBoundingClientRect()];
      return box.left >= all.left - 1 && box.right <= all.right + 1 && box.top >= all.top - 1 && box.bottom <= all.bottom + 1;
    });
    const answer = { error: read.querySelector('parsererror')?.textContent ?? null, names: symbols.map((each) => each.querySelector('title').textContent), inside, scripts: canvas.querySelectorAll('script').length, alerts: window.alerts };
    canvas.innerHTML = '';
    return answer;
  }, text);
}

async function picture({ format, text, path }) {
  await page.evaluate(() => { window.keep = true; document.getElementById('canvas').innerHTML = ''; });
  if (format === 'bpmn') await bpmn(text);
  if (format === 'svg') await page.evaluate((source) => { document.getElementById('canvas').innerHTML = source; }, text);
  if (format === 'mermaid') await page.evaluate(async (source) => { document.getElementById('canvas').innerHTML = (await window.mermaid.render('drawn', source)).svg; }, text);
  await page.screenshot({ path, fullPage: true });
  await page.evaluate(() => { window.keep = false; document.getElementById('canvas').innerHTML = ''; });
  return { path };
}

const readers = { bpmn: ({ text }) => bpmn(text), mermaid: ({ text }) => mermaid(text), svg: ({ text }) => svg(text), picture: (request) => picture(request.of) };

console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const answer = await readers[request.format](request).catch((error) => ({ refused: String(error?.message ?? error) }));
  console.log(JSON.stringify(answer));
}
await browser.close();
