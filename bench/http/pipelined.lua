-- SPDX-License-Identifier: Apache-2.0
-- Sixteen requests at once.
init = function(args)
  local requests = {}
  for i = 1, 16 do requests[i] = wrk.format("GET", "/") end
  sixteen = table.concat(requests)
end
request = function() return sixteen end
