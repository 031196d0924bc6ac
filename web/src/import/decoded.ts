/** A file's letters: UTF-8 where it is that, else GB 18030, which spreadsheets in Chinese still write (GBK is part of it). */
export type Encoding = "utf-8" | "utf-16le" | "gb18030";

export interface Decoded {
  text: string;
  encoding: Encoding;
}

export function decoded(bytes: Uint8Array): Decoded {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return read(bytes, "utf-16le");
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "utf-8" };
  } catch {
    // not every sequence of bytes is UTF-8; one that is not is what the other encoding is for
    return read(bytes, "gb18030");
  }
}

const read = (bytes: Uint8Array, encoding: Encoding): Decoded => ({
  text: new TextDecoder(encoding).decode(bytes),
  encoding,
});
