#!lua flags=allow-oom
--[[
  Removes entries that every required group has acknowledged, oldest first. What a group still needs is found in the same
  step as the removal, so nothing can move in between. The entry a group acknowledged last is kept, so a stream never
  becomes empty. Whole nodes of the stream are removed (`~`): a few entries more than told may stay.

  KEYS[1] stream
  ARGV[1] newest entries to keep   ARGV[2] age in ms above which they are not kept after all
  ARGV[3] most entries to remove   ARGV[4...] required groups: without one of them nothing is removed

  Returns how many were removed; 0 when there is no more to do. Errors: WRONGTYPE.
]]
local key = KEYS[1]

local function before(a, b)
  local msA, seqA = string.match(a, '^(%d+)-(%d+)$')
  local msB, seqB = string.match(b, '^(%d+)-(%d+)$')
  if msA ~= msB then return tonumber(msA) < tonumber(msB) end
  return tonumber(seqA) < tonumber(seqB)
end

if redis.call('EXISTS', key) == 0 then return 0 end
local delivered = {}
for _, reply in ipairs(redis.call('XINFO', 'GROUPS', key)) do
  local group = {}
  for i = 1, #reply, 2 do group[reply[i]] = reply[i + 1] end
  delivered[group.name] = group['last-delivered-id']
end

local floor
for i = 4, #ARGV do
  local last = delivered[ARGV[i]]
  if not last then return 0 end
  local pending = redis.call('XPENDING', key, ARGV[i], '-', '+', 1)[1]
  local needs = pending and pending[1] or last
  if not floor or before(needs, floor) then floor = needs end
end
if not floor then return 0 end

local most, removed = tonumber(ARGV[3]), 0
local surplus = math.min(redis.call('XLEN', key) - tonumber(ARGV[1]), most)
if surplus > 0 then removed = redis.call('XTRIM', key, 'MINID', '~', floor, 'LIMIT', surplus) end
local aged = string.format('%.0f-0', redis.call('TIME')[1] * 1000 - ARGV[2])
if before(aged, floor) then floor = aged end
return removed + redis.call('XTRIM', key, 'MINID', '~', floor, 'LIMIT', most)
