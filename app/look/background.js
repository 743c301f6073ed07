/* Streets, water and green under a Leaflet map and names above it, from vector tiles (MVT) of this portal and of no other host.
 *
 * homegroundBackground(map, {mark, least, most, bounds, attribution, picture, dark, look}) adds both. look: colours by class, of one theme.
 * picture: the tiles are pictures, and bring their names. The tiles may be of another maker, whose layers are named otherwise.
 * Below, in this order: reading a tile, what others call things, drawing it, placing names. A tile that does not come leaves its place empty.
 */
(function () {
  'use strict';

  // ---- reading a vector tile: protocol buffers, of which a tile uses numbers, texts and packed numbers ----

  function Reader(bytes) { this.bytes = bytes; this.at = 0; }
  Reader.prototype.number = function () {
    var value = 0, factor = 1, byte;
    do { byte = this.bytes[this.at++]; value += (byte & 127) * factor; factor *= 128; } while (byte & 128);
    return value;
  };
  // calls take(field, reader) for each field; a part (kind 2) comes as a reader of its own
  Reader.prototype.fields = function (take) {
    while (this.at < this.bytes.length) {
      var key = this.number(), kind = key & 7, field = key >>> 3;
      if (kind === 0) { take(field, this.number()); }
      else if (kind === 2) { var n = this.number(); take(field, new Reader(this.bytes.subarray(this.at, this.at + n))); this.at += n; }
      else if (kind === 1) { this.at += 8; } else if (kind === 5) { this.at += 4; } else { return; }
    }
  };
  var letters = new TextDecoder();

  function textOf(value) {
    var text = '';
    value.fields(function (field, part) { if (field === 1) { text = letters.decode(part.bytes); } });
    return text;
  }

  // {kind: [{class, name, type, parts: [[x, y, x, y, ...]]}]}, in shares of the tile's side; type 1 points, 2 lines, 3 areas
  function readTile(buffer) {
    var layers = {};
    new Reader(new Uint8Array(buffer)).fields(function (field, part) {
      if (field !== 3) { return; }
      var name = '', keys = [], values = [], raw = [], extent = 4096;
      part.fields(function (of, inner) {
        if (of === 1) { name = letters.decode(inner.bytes); }
        else if (of === 2) { raw.push(inner); }
        else if (of === 3) { keys.push(letters.decode(inner.bytes)); }
        else if (of === 4) { values.push(textOf(inner)); }
        else if (of === 5) { extent = inner; }
      });
      layers[name] = raw.map(function (feature) { return readFeature(feature, keys, values, extent); });
    });
    return layers;
  }

  function readFeature(feature, keys, values, extent) {
    var found = { type: 0, parts: [], 'class': '', name: '' };
    feature.fields(function (field, part) {
      if (field === 3) { found.type = part; }
      else if (field === 2) { while (part.at < part.bytes.length) { var key = keys[part.number()]; found[key === 'type' ? 'type_' : key] = values[part.number()]; } }
      else if (field === 4) { found.parts = readShape(part, extent); }
    });
    return found;
  }

  function readShape(reader, extent) {
    var parts = [], part = null, x = 0, y = 0;
    while (reader.at < reader.bytes.length) {
      var command = reader.number(), what = command & 7, count = command >>> 3;
      for (var i = 0; i < count; i++) {
        if (what === 7) { if (part) { part.push(part[0], part[1]); } continue; }
        var dx = reader.number(), dy = reader.number();
        x += (dx >>> 1) ^ -(dx & 1); y += (dy >>> 1) ^ -(dy & 1);
        if (what === 1) { part = []; parts.push(part); }
        part.push(x / extent, y / extent);
      }
    }
    return parts;
  }

  // ---- what others call things: OpenMapTiles, Protomaps and OS Open Zoomstack, in our kinds and classes ----

  var ROADS = {
    highway: 'motorway', motorway: 'motorway', Motorway: 'motorway', motorway_link: 'motorway',
    trunk: 'a_road', primary: 'a_road', 'A Road': 'a_road', Primary: 'a_road', major_road: 'a_road', trunk_link: 'a_road', primary_link: 'a_road',
    secondary: 'b_road', 'B Road': 'b_road', medium_road: 'b_road', secondary_link: 'b_road',
    tertiary: 'minor_road', Minor: 'minor_road', tertiary_link: 'minor_road',
    minor: 'street', minor_road: 'street', Local: 'street', residential: 'street', unclassified: 'street', living_street: 'street', service: 'street', pedestrian: 'street',
    path: 'path', track: 'path', Restricted: 'path', footway: 'path', cycleway: 'path', steps: 'path', bridleway: 'path',
    rail: 'railway', transit: 'railway', light_rail: 'railway'
  };
  var GREEN = {
    wood: 'wood', forest: 'wood', woodland: 'wood', park: 'park', grass: 'park', grassland: 'park', nature_reserve: 'park', golf_course: 'park',
    recreation_ground: 'park', pitch: 'park', playground: 'park', meadow: 'park', village_green: 'park', garden: 'park', cemetery: 'park', national_park: 'park'
  };
  var PLACES = {
    city: 'city', Capital: 'city', City: 'city', town: 'town', Town: 'town', village: 'village', Village: 'village', hamlet: 'hamlet', Hamlet: 'hamlet',
    'Small Settlements': 'hamlet', suburb: 'suburb', 'Suburban Area': 'suburb', neighbourhood: 'suburb', quarter: 'suburb'
  };
  var RIVERS = { river: 'river', canal: 'river', National: 'river', Regional: 'river', stream: 'stream', ditch: 'stream', drain: 'stream', District: 'stream', Local: 'stream' };
  var STATIONS = { station: 'station', railway: 'station', train_station: 'station' };
  function always(what) { return function () { return what; }; }
  function of(words) {
    return function (f) {
      // what is said in detail first: a town and a city are both a locality
      return words[f.kind_detail] || words[f.subclass] || words[f.kind] || words[f['class']] || words[f.type_] || words[f['pmap:kind_detail']] || words[f['pmap:kind']] || '';
    };
  }
  // by layer: [our kind, what it is in our words ('' leaves it out), the geometry that it must have]
  var OTHERS = {
    transportation: [['road', of(ROADS), 2]], transportation_name: [['road', of(ROADS), 2]], roads: [['road', of(ROADS), 2]],
    roads_national: [['road', of(ROADS), 2]], roads_regional: [['road', of(ROADS), 2]], roads_local: [['road', of(ROADS), 2]],
    rail: [['rail', always('railway'), 2]], transit: [['rail', of(ROADS), 2]],
    water: [['water', always('water'), 3], ['waterway', of(RIVERS), 2]], surfacewater: [['water', always('water'), 3]],
    waterway: [['waterway', of(RIVERS), 2]], waterlines: [['waterway', of(RIVERS), 2]],
    landcover: [['green', of(GREEN), 3]], landuse: [['green', of(GREEN), 3]], park: [['green', always('park'), 3]],
    greenspace: [['green', always('park'), 3]], greenspaces: [['green', always('park'), 3]], woodland: [['green', always('wood'), 3]],
    place: [['settlement', of(PLACES), 1]], places: [['settlement', of(PLACES), 1]], names: [['settlement', of(PLACES), 1]],
    poi: [['station', of(STATIONS), 1]], pois: [['station', of(STATIONS), 1]], railway_stations: [['station', always('station'), 1]]
  };
  // names of layers that only tiles of ours have; the others are told apart by what their features say
  var OURS = ['settlement', 'road', 'green', 'station'];

  function inOurWords(layers) {
    if (OURS.some(function (kind) { return layers[kind]; })) { return layers; }
    var found = {};
    Object.keys(layers).forEach(function (layer) {
      (OTHERS[layer] || []).forEach(function (rule) {
        layers[layer].forEach(function (feature) {
          var what = feature.type === rule[2] ? rule[1](feature) : '';
          if (!what) { return; }
          var name = feature.name1 || feature.name || feature['name:en'] || feature.ref || feature.number || '';
          (found[rule[0]] = found[rule[0]] || []).push({ type: feature.type, parts: feature.parts, 'class': what, name: name });
        });
      });
    });
    return found;
  }

  // ---- drawing: areas, then lines from the narrow to the wide, each road with an edge ----

  var AREAS = ['green', 'water'];
  // by class: width in pixels at zooms 8, 11, 13, 15, 17
  var WIDTHS = {
    motorway: [1.6, 2.6, 3.6, 6, 12], a_road: [1.1, 1.9, 2.9, 5, 11], b_road: [0, 1.3, 2.3, 4.2, 10], minor_road: [0, 0.7, 1.5, 3.4, 9],
    street: [0, 0, 0.8, 2.6, 7.5], path: [0, 0, 0, 1.2, 3.5], railway: [0.7, 0.9, 1.1, 1.5, 2], river: [0.8, 1.4, 2, 3, 5],
    stream: [0, 0.4, 0.8, 1.2, 2]
  };
  var ZOOMS = [8, 11, 13, 15, 17];
  var ORDER = ['stream', 'river', 'path', 'street', 'minor_road', 'b_road', 'railway', 'a_road', 'motorway'];

  function widthOf(what, zoom) {
    var widths = WIDTHS[what];
    for (var i = 1; i < ZOOMS.length; i++) {
      if (zoom <= ZOOMS[i] || i === ZOOMS.length - 1) {
        var share = Math.min(1, Math.max(0, (zoom - ZOOMS[i - 1]) / (ZOOMS[i] - ZOOMS[i - 1])));
        return widths[i - 1] + (widths[i] - widths[i - 1]) * share;
      }
    }
    return 0;
  }

  function trace(ctx, feature, side) {
    feature.parts.forEach(function (part) {
      ctx.moveTo(part[0] * side, part[1] * side);
      for (var i = 2; i < part.length; i += 2) { ctx.lineTo(part[i] * side, part[i + 1] * side); }
    });
  }

  function drawTile(canvas, layers, zoom, side, ratio, look) {
    var ctx = canvas.getContext('2d');
    ctx.scale(ratio, ratio);
    AREAS.forEach(function (kind) {
      (layers[kind] || []).forEach(function (feature) {
        if (feature.type !== 3) { return; }
        ctx.beginPath(); trace(ctx, feature, side);
        ctx.fillStyle = look[feature['class']] || look.park; ctx.fill('evenodd');
      });
    });
    ctx.lineJoin = 'round';
    var lines = (layers.waterway || []).concat(layers.road || [], layers.rail || []).filter(function (f) { return f.type === 2; });
    ORDER.forEach(function (what) {
      var width = widthOf(what, zoom);
      if (width <= 0.15) { return; }
      ctx.beginPath();
      lines.forEach(function (f) { if (f['class'] === what) { trace(ctx, f, side); } });
      ctx.lineCap = what === 'railway' ? 'butt' : 'round';
      ctx.setLineDash(what === 'railway' ? [5, 3] : []);
      ctx.lineWidth = width; ctx.strokeStyle = look[what]; ctx.stroke();
    });
    ctx.setLineDash([]);
  }

  var Ground = L.GridLayer.extend({
    createTile: function (coords, done) {
      var canvas = document.createElement('canvas'), side = this.getTileSize().x, layer = this;
      // a map between two zooms is stretched by up to a fifth
      var ratio = Math.min(3, 1.25 * (window.devicePixelRatio || 1));
      canvas.width = canvas.height = Math.round(side * ratio);
      canvas.setAttribute('aria-hidden', 'true');
      fetch('/background/' + this.options.mark + '/' + coords.z + '/' + coords.x + '/' + coords.y + '.mvt')
        .then(function (answer) { return answer.status === 200 ? answer.arrayBuffer() : new ArrayBuffer(0); })
        .then(function (buffer) {
          var layers = inOurWords(readTile(buffer));
          canvas.homeground = { layers: layers, coords: coords };
          drawTile(canvas, layers, layer._map ? layer._map.getZoom() : coords.z, side, ratio, layer.options.look);
          done(null, canvas);
          layer.fire('drawn');
        })
        .catch(function (error) { done(error, canvas); });
      return canvas;
    }
  });

  // ---- names: above everything that is drawn, none over another, the larger place first ----

  var RANK = { city: 0, town: 1, suburb: 2, village: 2, station: 4, hamlet: 5 };
  var SIZE = { city: 17, town: 15, suburb: 12.5, village: 12.5, station: 11, hamlet: 11 };
  var STREET_RANK = { motorway: 6, a_road: 6, b_road: 7, minor_road: 8, street: 9 };
  // a village is named where there is room for it, a street where one could walk
  var FROM = { city: 6, town: 8, suburb: 11.5, village: 10.5, station: 13, hamlet: 12.5, street: 14.5 };
  var MOST_NAMES = 70;

  function Names(map, ground, look) {
    var pane = map.createPane('hg-names');
    pane.style.zIndex = 450;
    pane.style.pointerEvents = 'none';
    pane.setAttribute('aria-hidden', 'true');
    var group = L.layerGroup().addTo(map), ruler = document.createElement('canvas').getContext('2d'), waits = null;

    function wanted() {
      var zoom = map.getZoom(), found = [], seen = {};
      Object.keys(ground._tiles).forEach(function (key) {
        var tile = ground._tiles[key], held = tile.el.homeground;
        if (!held || !tile.current) { return; }
        var across = Math.pow(2, held.coords.z);
        function at(x, y) {
          var lon = (held.coords.x + x) / across * 360 - 180, n = Math.PI * (1 - 2 * (held.coords.y + y) / across);
          return L.latLng(Math.atan((Math.exp(n) - Math.exp(-n)) / 2) * 180 / Math.PI, lon);
        }
        ['settlement', 'station'].forEach(function (kind) {
          (held.layers[kind] || []).forEach(function (feature) {
            var what = feature['class'];
            if (!feature.name || zoom < FROM[what]) { return; }
            feature.parts.forEach(function (part) {
              if (part[0] < 0 || part[0] >= 1 || part[1] < 0 || part[1] >= 1) { return; }
              found.push({ name: feature.name, what: what, rank: RANK[what], at: at(part[0], part[1]), turn: 0 });
            });
          });
        });
        if (zoom < FROM.street) { return; }
        (held.layers.road || []).forEach(function (feature) {
          var rank = STREET_RANK[feature['class']];
          if (!feature.name || rank === undefined) { return; }
          var place = longest(feature.parts);
          if (place) { found.push({ name: feature.name, what: 'street', rank: rank, at: at(place.x, place.y), turn: place.turn, room: place.length * 256 * Math.pow(2, zoom - held.coords.z) }); }
        });
      });
      return found.filter(function (one) {
        // a street that runs through two tiles is named once
        var key = one.name + '|' + one.what + '|' + (one.what === 'street' ? Math.round(one.at.lat * 120) + ',' + Math.round(one.at.lng * 80) : one.at);
        if (seen[key]) { return false; }
        seen[key] = true;
        return true;
      }).sort(function (a, b) { return a.rank - b.rank || b.name.length - a.name.length || (a.name < b.name ? -1 : 1); });
    }

    // the longest straight stretch of a line that lies inside its tile
    function longest(parts) {
      var best = null;
      parts.forEach(function (part) {
        for (var i = 0; i + 3 < part.length; i += 2) {
          var dx = part[i + 2] - part[i], dy = part[i + 3] - part[i + 1], length = Math.hypot(dx, dy);
          var x = part[i] + dx / 2, y = part[i + 1] + dy / 2;
          if (x < 0 || x >= 1 || y < 0 || y >= 1 || (best && best.length >= length)) { continue; }
          var turn = Math.atan2(dy, dx) * 180 / Math.PI;
          best = { x: x, y: y, length: length, turn: turn > 90 ? turn - 180 : turn < -90 ? turn + 180 : turn };
        }
      });
      return best;
    }

    function place() {
      waits = null;
      group.clearLayers();
      var taken = [], size = map.getSize(), shown = 0;
      wanted().some(function (one) {
        var point = map.latLngToContainerPoint(one.at), high = SIZE[one.what] || 10.5;
        ruler.font = (one.rank < 2 ? '600 ' : '') + high + 'px "Source Sans", sans-serif';
        var wide = ruler.measureText(one.name).width + 6, tall = high + 4;
        if (one.turn || one.room !== undefined) {
          if (one.room < wide * 0.85) { return false; }
          var turned = one.turn * Math.PI / 180, w = wide;
          wide = Math.abs(w * Math.cos(turned)) + Math.abs(tall * Math.sin(turned));
          tall = Math.abs(w * Math.sin(turned)) + Math.abs(tall * Math.cos(turned));
        }
        var lift = one.what === 'station' ? -high : 0;
        var box = [point.x - wide / 2, point.y + lift - tall / 2, point.x + wide / 2, point.y + lift + tall / 2];
        // a name that the edge would cut tells nobody anything
        if (box[0] < 2 || box[1] < 2 || box[2] > size.x - 2 || box[3] > size.y - 2) { return false; }
        // the buttons for coming closer
        if (box[0] < 50 && box[1] < 84) { return false; }
        if (taken.some(function (t) { return box[0] < t[2] + 3 && box[2] > t[0] - 3 && box[1] < t[3] + 1 && box[3] > t[1] - 1; })) { return false; }
        taken.push(box);
        var label = document.createElement('span');
        label.textContent = one.name;
        label.className = 'hg-name hg-name-' + one.what;
        label.style.fontSize = high + 'px';
        if (one.turn) { label.style.transform = 'translate(-50%, -50%) rotate(' + one.turn.toFixed(1) + 'deg)'; }
        if (lift) { label.style.transform = 'translate(-50%, calc(-50% + ' + lift + 'px))'; }
        L.marker(one.at, { icon: L.divIcon({ html: label, className: 'hg-name-at', iconSize: [0, 0] }), interactive: false, keyboard: false, pane: 'hg-names' }).addTo(group);
        return ++shown >= MOST_NAMES;
      });
    }

    function soon() { if (waits === null) { waits = setTimeout(place, 60); } }
    map.on('moveend zoomend resize', soon);
    ground.on('drawn load', soon);
    if (document.fonts && document.fonts.ready) { document.fonts.ready.then(soon); }
  }

  window.homegroundBackground = function (map, given) {
    var pane = map.createPane('hg-ground');
    pane.style.zIndex = 250;
    pane.style.pointerEvents = 'none';
    pane.setAttribute('aria-hidden', 'true');
    map.getPane('overlayPane').style.mixBlendMode = given.look.blend;
    if (map.attributionControl) { map.attributionControl.setPrefix(false).addAttribution(given.attribution.replace(/&/g, '&amp;').replace(/</g, '&lt;')); }
    if (given.picture) {
      // on a dark page a picture made for a light one is turned about, its hues kept
      if (given.dark) { pane.style.filter = 'invert(1) hue-rotate(180deg)'; }
      L.tileLayer('/background/' + given.mark + '/{z}/{x}/{y}.mvt', {
        pane: 'hg-ground', minZoom: given.least, minNativeZoom: given.least, maxNativeZoom: given.most, maxZoom: 20, bounds: given.bounds, alt: ''
      }).addTo(map);
      return;
    }
    var ground = new Ground({
      pane: 'hg-ground', mark: given.mark, look: given.look, minZoom: given.least, minNativeZoom: given.least, maxNativeZoom: given.most,
      maxZoom: 20, bounds: given.bounds, keepBuffer: 1, updateWhenZooming: false
    }).addTo(map);
    Names(map, ground, given.look);
  };
})();
