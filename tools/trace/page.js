"use strict";
// Which call is chosen, by pointer or keyboard, and what is said of it. Without this the
// page still has all of it: the marks are links into the list.
(() => {
  const svg = document.querySelector("svg");
  const detail = document.getElementById("detail");
  const lanes = [...svg.querySelectorAll(".lane")].map((lane) => ({
    top: Number(lane.dataset.top),
    bottom: Number(lane.dataset.bottom),
    calls: [...lane.querySelectorAll(".call")],
  }));
  const laneOf = new Map(lanes.flatMap((lane) => lane.calls.map((call) => [call, lane])));
  const x = (call) => Number(call.dataset.x);
  let chosen = null;

  const say = (call) => {
    const row = document.getElementById("e" + call.id.slice(1));
    const about = document.createElement("p");
    about.className = "about";
    about.textContent = `${row.cells[0].textContent} \u00b7 ${row.dataset.who} \u00b7 ` +
        `at ${row.cells[1].textContent} ms \u00b7 ${row.dataset.took} \u00b7 ${row.dataset.page}`;
    const what = row.querySelector(".what").cloneNode(true);
    detail.replaceChildren(about, ...what.childNodes);
  };

  const mark = (call, on) => {
    call.classList.toggle("on", on);
    for (const id of call.dataset.bars.split(" ").filter(Boolean)) {
      document.getElementById(id).classList.toggle("on", on);
    }
    const child = call.parentNode.dataset.child;
    for (const arrow of svg.querySelectorAll(`[data-child="${child}"]:not(.lane)`)) {
      arrow.classList.toggle("on", on);
    }
  };

  const choose = (call) => {
    detail.hidden = false;
    if (call === chosen) return;
    if (chosen) {
      mark(chosen, false);
      chosen.tabIndex = -1;
    }
    chosen = call;
    call.tabIndex = 0;
    mark(call, true);
    svg.classList.toggle("chosen", call.dataset.bars !== "");
    say(call);
  };

  const nearest = (calls, place) => calls.reduce(
      (best, call) => Math.abs(x(call) - place) < Math.abs(x(best) - place) ? call : best);

  // One stop of the Tab key for all calls, as for any widget whose parts the arrows reach.
  for (const call of laneOf.keys()) call.tabIndex = -1;
  lanes[0].calls[0].tabIndex = 0;

  svg.addEventListener("focusin", (event) => {
    const call = event.target.closest(".call");
    if (call) choose(call);
  });

  svg.addEventListener("pointermove", (event) => {
    const call = event.target.closest(".call");
    if (call) return choose(call);
    const point = new DOMPoint(event.clientX, event.clientY)
        .matrixTransform(svg.getScreenCTM().inverse());
    const lane = lanes.find(({top, bottom}) => top <= point.y && point.y <= bottom);
    if (!lane) return;
    const near = nearest(lane.calls, point.x);
    if (Math.abs(x(near) - point.x) < 12) choose(near);
  });

  svg.addEventListener("keydown", (event) => {
    const call = event.target.closest(".call");
    if (!call || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") detail.hidden = true;
    const lane = laneOf.get(call);
    const place = lane.calls.indexOf(call);
    const other = (step) => {
      const next = lanes[lanes.indexOf(lane) + step];
      return next && nearest(next.calls, x(call));
    };
    const to = {
      ArrowLeft: () => lane.calls[place - 1],
      ArrowRight: () => lane.calls[place + 1],
      ArrowUp: () => other(-1),
      ArrowDown: () => other(1),
      Home: () => lane.calls[0],
      End: () => lane.calls.at(-1),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    to()?.focus();
  });
})();
