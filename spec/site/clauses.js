// On the page, each clause is an empty anchor before its name in bold. Here the anchor takes the name in and becomes a link to
// itself: its address can be copied, and the keyboard gets to it.
for (const anchor of document.querySelectorAll("main a[id]:empty")) {
    const name = anchor.nextElementSibling;
    if (name?.tagName === "STRONG" && name.textContent === anchor.id) {
        anchor.href = `#${anchor.id}`;
        anchor.classList.add("clause");
        anchor.append(name);
    }
}
