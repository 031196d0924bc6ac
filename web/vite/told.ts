/** In development Vite stands for the web client's server: it says where to sign in (deploy/web does it otherwise). */
import type { Plugin } from "vite";

export function told(issuer: string, client: string): Plugin {
  return {
    name: "told",
    apply: "serve",
    transformIndexHtml: (page) =>
      page.replace("__NONCE__", "").replace("__ISSUER__", issuer).replace("__CLIENT__", client),
  };
}
