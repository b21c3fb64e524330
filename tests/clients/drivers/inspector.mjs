/** The command line of the MCP Inspector. */

import { execFileSync } from "node:child_process";

const [tool, baseUrl, question] = process.argv.slice(2);
const inspector = new URL("node_modules/.bin/mcp-inspector", import.meta.url).pathname;
const target = ["--cli", `${baseUrl}/mcp`, "--transport", "http"];
const call = ["--method", "tools/call", "--tool-name", tool, "--tool-arg", `question=${question}`];

const { content, structuredContent: answer } = JSON.parse(execFileSync(inspector, [...target, ...call]));
if (!content[0].text.startsWith(answer.text)) throw new Error("the text is not that of the answer");
const citations = answer.citations.map(({ link, title, quote }) => ({ url: link, title, quote }));
console.log(JSON.stringify({ api: "mcp", stream: false, text: answer.text, citations }));
