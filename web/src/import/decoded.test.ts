import { expect, test } from "vitest";
import { decoded } from "./decoded";

test("UTF-8 and GBK are told apart by the bytes alone", () => {
  const gbk = new Uint8Array([0xbf, 0xcd, 0xbb, 0xa7, 0xc3, 0xfb, 0xb3, 0xc6]); // 客户名称
  expect(decoded(new TextEncoder().encode("客户名称"))).toEqual({ text: "客户名称", encoding: "utf-8" });
  expect(decoded(gbk)).toEqual({ text: "客户名称", encoding: "gb18030" });
});
