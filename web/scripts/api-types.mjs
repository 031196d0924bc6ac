// Makes src/api/generated/<service>.d.ts from docs/openapi/<service>.json; headers that src/api/send.ts sets are left out.
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const SET_BY_THE_CLIENT = ["Idempotency-Key", "Consistency-Token", "Prefer"];
const CHANGED_WITH = new URL(import.meta.url);

/** Modification time in ms, 0 where there is no such file. */
const changed = (url) => statSync(url, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function withoutOwnHeaders(description) {
  const refs = SET_BY_THE_CLIENT.map((name) => `#/components/parameters/${name}`);
  for (const path of Object.values(description.paths))
    for (const operation of Object.values(path))
      if (operation.parameters)
        operation.parameters = operation.parameters.filter(
          ({ $ref, in: place, name }) =>
            !refs.includes($ref) && !(place === "header" && name.toLowerCase() === "accept-language"),
        );
  return description;
}

mkdirSync(new URL("../src/api/generated/", import.meta.url), { recursive: true });
for (const service of ["customer", "pipeline", "analytics", "notify"]) {
  const source = new URL(`../../docs/openapi/${service}.json`, import.meta.url);
  const target = new URL(`../src/api/generated/${service}.d.ts`, import.meta.url);
  if (changed(target) > Math.max(changed(source), changed(CHANGED_WITH))) continue;
  const types = await openapiTS(withoutOwnHeaders(JSON.parse(readFileSync(source, "utf8"))));
  writeFileSync(target, astToString(types));
}
