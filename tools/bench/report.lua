-- What tools/bench/load.py reads of a run of wrk(1): its figures on one line of JSON, the last
-- of the output. Times in microseconds.
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"responses":%d,"bytes":%d,"duration":%d,"median":%d,"p99":%d,"errors":%d}\n',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50),
    latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
