// What the page can do beyond showing itself: filters, keys, copying, naming fields. Everything is readable without it.
"use strict";
{
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const failures = all(".failure");

  // Light, dark, or as the system has it. Where nothing can be kept, the choice lasts as long as the page.
  const kept = {
    get: () => { try { return localStorage.getItem("bmes-theme"); } catch { return null; } },
    set: (value) => { try { localStorage.setItem("bmes-theme", value); } catch { /* as long as the page */ } },
  };
  const themes = ["system", "light", "dark"];
  const theme = one("#theme");
  const show = (name) => {
    if (name === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    one("span", theme).textContent = name;
  };
  show(themes.includes(kept.get()) ? kept.get() : "system");
  theme.addEventListener("click", () => {
    const next = themes[(themes.indexOf(one("span", theme).textContent) + 1) % themes.length];
    kept.set(next);
    show(next);
  });

  if (failures.length > 0) {
    const form = one(".filters");
    const inputs = { text: one("#text"), section: one("#section"), status: one("#status"), testee: one("#testee") };
    const value = (name) => (inputs[name] ? inputs[name].value : "");
    const texts = new Map();
    const textOf = (failure) => {
      if (!texts.has(failure)) texts.set(failure, failure.textContent.toLowerCase());
      return texts.get(failure);
    };
    // Beside what is chosen in the form: a whole version, from the table's last row.
    let version = "";
    const visible = () => failures.filter((failure) => !failure.hidden);

    const filter = () => {
      const words = value("text").toLowerCase().split(/\s+/).filter(Boolean);
      for (const failure of failures) {
        const { section, status, testee } = failure.dataset;
        failure.hidden = !(
          (!value("section") || section === value("section")) &&
          section.startsWith(version) &&
          (!value("status") || status.split(" ").includes(value("status"))) &&
          (!value("testee") || testee.split("\n").includes(value("testee"))) &&
          words.every((word) => textOf(failure).includes(word))
        );
      }
      const number = visible().length;
      const filtered = Object.keys(inputs).some(value) || version !== "";
      one("#count").textContent = filtered ? `${number} of ${failures.length}` : `${failures.length}`;
      one("#nothing").hidden = number > 0;
      one("#reset").hidden = !filtered;
      for (const button of all(".matrix button")) {
        const { section, testee } = button.dataset;
        const chosen = section === (value("section") || version) && (testee ?? "") === value("testee") && filtered;
        button.setAttribute("aria-pressed", String(chosen));
      }
      nameUnfold();
    };
    const clear = () => {
      version = "";
      for (const input of Object.values(inputs)) if (input) input.value = "";
      filter();
    };
    const unfold = one("#unfold");
    const nameUnfold = () => {
      const folded = visible().some((failure) => !failure.open);
      unfold.textContent = folded ? "Unfold all" : "Fold all";
    };

    form.addEventListener("input", (event) => {
      if (event.target === inputs.section) version = "";
      filter();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => { event.preventDefault(); clear(); });
    one("#again").addEventListener("click", clear);
    unfold.addEventListener("click", () => {
      const open = unfold.textContent === "Unfold all";
      for (const failure of visible()) failure.open = open;
      nameUnfold();
    });
    for (const failure of failures) failure.addEventListener("toggle", nameUnfold);
    for (const button of all(".matrix button")) {
      button.addEventListener("click", () => {
        const { section, testee } = button.dataset;
        const again = button.getAttribute("aria-pressed") === "true";
        clear();
        if (again) return;
        const known = [...inputs.section.options].some((option) => option.value === section);
        if (known) inputs.section.value = section;
        else version = section;
        if (testee && inputs.testee) inputs.testee.value = testee;
        filter();
        one("#failures").scrollIntoView({ block: "start" });
      });
    }

    // A link to a case unfolds it.
    const unfoldLinked = () => {
      const linked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (linked?.matches(".failure")) {
        clear();
        linked.open = true;
        linked.scrollIntoView();
        one("summary", linked).focus();
      }
    };
    addEventListener("hashchange", unfoldLinked);
    if (location.hash) unfoldLinked();

    const said = one("#said");
    const copy = async (button) => {
      const code = one("code", button.parentElement);
      let copied = true;
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        getSelection().selectAllChildren(code);
        copied = document.execCommand("copy");
      }
      button.textContent = copied ? "Copied" : "Select";
      said.textContent = copied ? "The command was copied." : "The command is selected.";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    };
    for (const button of all(".copy")) button.addEventListener("click", () => copy(button));

    // The field under the pointer, or under the arrow keys, is named in full below the bytes; the one at fault where there is no other.
    for (const hex of all(".hex")) {
      const field = one(".field", hex.parentElement);
      const rows = all("li:not(.gap)", hex);
      const fault = rows.find((row) => row.classList.contains("fault"));
      // The browser's own tooltip would say it a second time, later.
      for (const row of rows) { row.dataset.detail = row.title; row.removeAttribute("title"); }
      const point = (row) => {
        for (const other of rows) other.classList.toggle("now", other === row);
        field.textContent = (row ?? fault)?.dataset.detail ?? "";
      };
      point();
      hex.addEventListener("pointerover", (event) => point(event.target.closest("li:not(.gap)")));
      hex.addEventListener("pointerleave", () => point());
      hex.addEventListener("focus", () => { if (hex.matches(":focus-visible")) point(fault ?? rows[0]); });
      hex.addEventListener("blur", () => point());
      hex.addEventListener("keydown", (event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const now = rows.findIndex((row) => row.classList.contains("now"));
        const next = rows[Math.min(rows.length - 1, Math.max(0, now + step))];
        point(next);
        next.scrollIntoView({ block: "nearest" });
      });
    }

    const step = (by) => {
      const summaries = visible().map((failure) => one("summary", failure));
      const now = summaries.indexOf(document.activeElement?.closest?.(".failure")?.querySelector("summary"));
      const next = summaries[now < 0 ? (by > 0 ? 0 : summaries.length - 1) : Math.min(summaries.length - 1, Math.max(0, now + by))];
      next?.focus();
      next?.scrollIntoView({ block: "nearest" });
    };
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const typing = event.target.matches("input, select, textarea");
      if (event.key === "Escape") { clear(); event.target.blur?.(); return; }
      if (typing) return;
      if (event.key === "/") { event.preventDefault(); inputs.text.focus(); inputs.text.select(); }
      if (event.key === "j") step(1);
      if (event.key === "k") step(-1);
      if (event.key === "c") {
        const button = document.activeElement?.closest?.(".failure[open]")?.querySelector(".copy");
        if (button) copy(button);
      }
    });
    filter();
  }
}
