import { createServer } from "node:http";

/** The floor of a start: the least program that serves a page with one row of hosts. Prints its link. */
const page =
  '<!doctype html><title>Floor</title><table><tr class="grid-row"><th class="cell-name"><a href="#">tower-a</a></th></tr></table>';
const server = createServer((_request, response) => {
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end(page);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  process.stdout.write(`http://127.0.0.1:${address.port}/\n`);
});
process.once("SIGTERM", () => process.exit(0));
