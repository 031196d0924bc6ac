-- GET /healthz: ready when every part says so itself, asked now; names the parts that do not.
local PARTS = { ${PARTS} }

function envoy_on_request(handle)
  local waiting = {}
  for _, part in ipairs(PARTS) do
    local request = { [":method"] = "GET", [":path"] = "/readyz", [":authority"] = "127.0.0.1" }
    local headers = handle:httpCall(part, request, "", 2000)
    if headers[":status"] ~= "200" then
      table.insert(waiting, '"' .. part .. '"')
    end
  end
  if #waiting == 0 then
    handle:respond({ [":status"] = "200", ["content-type"] = "application/json" }, '{"status":"ready"}')
  else
    local names = "[" .. table.concat(waiting, ",") .. "]"
    handle:respond(
      { [":status"] = "503", ["content-type"] = "application/problem+json", ["retry-after"] = "1" },
      '{"type":"/problems/not-ready","title":"Not every part is ready.","status":503,"code":"not-ready",' ..
      '"detail":"see not_ready for the parts that are not","not_ready":' .. names .. '}'
    )
  end
end
