/* Areas on a Leaflet map: their outlines from an address of this portal that a browser keeps, their colours and words with the map itself.
 *
 * homegroundAreas(map, layer, given): layer is an empty feature group of the map. given: {outlines, looks, of, parts, said, selected,
 * highlight, title, page, pattern}; of and said have an entry for each area of the file, in its order: a number of looks, numbers of parts.
 */
(function () {
  'use strict';
  var STEPS = 100000;

  // rings of [lat, lon] from steps; the first point of a ring is a step from the first of the ring before
  function rings(shapes) {
    var at = [0, 0];
    return shapes.map(function (polygons) {
      return polygons.map(function (polygon) {
        return polygon.map(function (steps) {
          var x = at[0], y = at[1], points = [];
          for (var i = 0; i < steps.length; i += 2) {
            x += steps[i]; y += steps[i + 1];
            if (i === 0) { at = [x, y]; }
            points.push([y / STEPS, x / STEPS]);
          }
          return points;
        });
      });
    });
  }

  window.homegroundAreas = function (map, layer, given) {
    var container = map.getContainer();
    var said = sayer(map, given);
    performance.mark('hg-areas-asked');
    fetch(given.outlines).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json();
    }).then(function (file) {
      draw(map, layer, given, file, said);
      performance.mark('hg-areas-drawn');
      container.setAttribute('data-hg-drawn', String(file.codes.length));
    }).catch(function () {
      said.show('The outlines of this map did not come. Load the page again.', null);
    });
  };

  function draw(map, layer, given, file, said) {
    var shapes = rings(file.shapes), chosen = null, paths = [];
    file.codes.forEach(function (code, n) {
      var look = given.looks[given.of[n]];
      var words = given.said[n].map(function (part) { return given.parts[part]; }).join('. ');
      var area = L.polygon(shapes[n], look);
      area.feature = { type: 'Feature', properties: { code: code, words: words } };
      // what a click tells the page: which area, and not its outline
      area.toGeoJSON = function () { return { type: 'Feature', properties: { code: code }, geometry: null }; };
      if (n === given.selected) { chosen = area; }
      // other words and another look for the same outline (months.js)
      area.homeground = { say: function (other, style) {
        words = other;
        look = L.Util.extend({}, look, style);
        area.feature.properties.words = words;
        area.setStyle(look);
        var path = area.getElement && area.getElement();
        if (path) { path.setAttribute('aria-label', words); }
      } };
      area.on('mouseover', function (event) { area.setStyle(given.highlight); said.show(words, event.latlng); });
      area.on('mousemove', function (event) { said.move(event.latlng); });
      area.on('mouseout', function () { area.setStyle(look); said.hide(); });
      area.on('click', function (event) { said.tapped(words, event.latlng); });
      layer.addLayer(area);
      paths.push(area);
    });
    if (chosen) { chosen.bringToFront(); }
    patterns(map, given);
    if (paths.length && paths[0].getElement && paths[0].getElement()) { byKeyboard(paths, chosen, said); }
    layer.fire('hg-drawn', { areas: paths });
  }

  // withheld and no data are told by a pattern, not by colour alone
  function patterns(map, given) {
    var host = map.getPanes().overlayPane.querySelector('svg');
    if (!host || document.getElementById('hg-withheld')) { return; }
    var defs = document.createElementNS('http://www.w3.org/2000/svg', 'defs');
    defs.innerHTML =
      '<pattern id="hg-withheld" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
      '<rect width="7" height="7" fill="' + given.page + '"></rect><rect width="2" height="7" fill="' + given.pattern + '"></rect></pattern>' +
      '<pattern id="hg-no-data" width="7" height="7" patternUnits="userSpaceOnUse">' +
      '<rect width="7" height="7" fill="' + given.page + '"></rect><circle cx="3" cy="3" r="1" fill="' + given.pattern + '"></circle></pattern>';
    host.insertBefore(defs, host.firstChild);
  }

  // one stop for the Tab key, the arrows go from area to area: nobody tabs through three hundred
  function byKeyboard(areas, chosen, said) {
    var paths = areas.map(function (area) { return area.getElement(); });
    areas.forEach(function (area, n) {
      var path = paths[n], words = area.feature.properties.words;
      path.setAttribute('tabindex', '-1');
      path.setAttribute('role', 'button');
      path.setAttribute('aria-label', words);
      path.addEventListener('focus', function () { said.show(area.feature.properties.words, area.getBounds().getCenter()); });
      path.addEventListener('blur', function () { said.hide(); });
      path.addEventListener('keydown', function (event) {
        var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (step) {
          event.preventDefault();
          event.stopPropagation();
          var next = paths[(n + step + paths.length) % paths.length];
          path.setAttribute('tabindex', '-1');
          next.setAttribute('tabindex', '0');
          next.focus();
        } else if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          area.fire('click', { latlng: area.getBounds().getCenter() }, true);
        }
      });
    });
    var start = paths[0];
    if (chosen) { start = chosen.getElement(); start.classList.add('hg-selected'); }
    start.setAttribute('tabindex', '0');
  }

  // The words of an area: beside the pointer where there is one; under a finger they would lie under it, or run off a phone, so there they
  // stand in a line at the foot of the map, until it is closed or something else is touched.
  function sayer(map, given) {
    var touch = window.matchMedia && window.matchMedia('(hover: none)').matches;
    var tip = L.tooltip({ className: 'hg-tip', sticky: true, direction: 'auto' });
    var line = document.createElement('div'), words = document.createElement('p'), close = document.createElement('button');
    line.className = 'hg-said';
    line.hidden = true;
    line.setAttribute('role', 'status');
    close.type = 'button';
    close.textContent = '\u00d7';
    close.setAttribute('aria-label', 'Close');
    line.appendChild(words);
    line.appendChild(close);
    map.getContainer().appendChild(line);
    L.DomEvent.disableClickPropagation(line);
    close.addEventListener('click', function () { line.hidden = true; });
    map.on('click', function () { line.hidden = true; });
    function atFoot(text) { words.textContent = text; line.hidden = false; }
    return {
      show: function (text, at) {
        if (touch || !at) { if (!at) { atFoot(text); } return; }
        var holder = document.createElement('div');
        holder.textContent = text;
        tip.setContent(holder).setLatLng(at);
        map.openTooltip(tip);
      },
      move: function (at) { if (!touch) { tip.setLatLng(at); } },
      hide: function () { map.closeTooltip(tip); },
      // the map hears of a click on an area after the area does
      tapped: function (text) { if (touch) { setTimeout(function () { atFoot(text); }, 0); } }
    };
  }
})();
