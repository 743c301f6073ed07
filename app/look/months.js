/* On a Leaflet map: a slider that moves its areas through months. All values are there from the start; no month asks the portal for anything.
 *
 * homegroundMonths(map, layer, given): layer is the group that areas.js fills. given: {names, counts, edges, fills, none, gap};
 * counts has an entry for each month, null for one that was not loaded, else a number for each area in the order of their outlines; fills has
 * one colour more than there are edges.
 */
(function () {
  'use strict';

  function spaced(number) { return String(number).replace(/\B(?=(\d{3})+$)/g, ','); }

  window.homegroundMonths = function (map, layer, given) {
    var container = map.getContainer(), bar = document.createElement('div');
    var said = document.createElement('p'), row = document.createElement('div'), slider = document.createElement('input');
    var last = given.names.length - 1, areas = [], names = [];
    bar.className = 'hg-months';
    slider.type = 'range';
    slider.min = '0';
    slider.max = String(last);
    slider.step = '1';
    slider.value = String(last);
    slider.setAttribute('aria-label', 'Month');
    row.appendChild(step(-1, '\u2039'));
    row.appendChild(slider);
    row.appendChild(step(1, '\u203a'));
    bar.appendChild(said);
    bar.appendChild(row);
    container.appendChild(bar);
    container.classList.add('hg-with-months');
    // neither a press nor the wheel is the map's
    L.DomEvent.disableClickPropagation(bar);
    L.DomEvent.disableScrollPropagation(bar);
    slider.addEventListener('input', show);

    // for a finger and a mouse; with a keyboard the slider itself goes month by month
    function step(by, sign) {
      var button = document.createElement('button');
      button.type = 'button';
      button.tabIndex = -1;
      button.textContent = sign;
      button.setAttribute('aria-label', by < 0 ? 'The month before' : 'The month after');
      button.addEventListener('click', function () { slider.value = String(Number(slider.value) + by); show(); });
      return button;
    }

    function fill(count) {
      if (!count) { return given.none; }
      var n = 0;
      while (n < given.edges.length && count > given.edges[n]) { n += 1; }
      return given.fills[n];
    }

    function show() {
      var at = Number(slider.value), month = given.names[at], counts = given.counts[at];
      var all = counts && counts.reduce(function (sum, one) { return sum + one; }, 0);
      said.textContent = counts ? month + ': ' + spaced(all) + ' recorded' : month + ': not loaded';
      slider.setAttribute('aria-valuetext', said.textContent);
      areas.forEach(function (area, n) {
        var words = names[n] + '. ' + (counts ? spaced(counts[n]) + ' recorded in ' + month : month + ' was not loaded');
        area.homeground.say(words, counts ? { fillColor: fill(counts[n]), dashArray: '' } : { fillColor: given.gap, dashArray: '3 3' });
      });
      container.setAttribute('data-hg-month', month);
    }

    layer.on('hg-drawn', function (event) {
      areas = event.areas;
      names = areas.map(function (area) { return area.feature.properties.words; });
      show();
    });
    show();
  };
})();
