#include "tests/support/images.h"
#include "ui/scene/painted/painted_tiles.h"

#include <QQuickWindow>
#include <QTest>

#include <memory>
#include <random>
#include <vector>

using namespace origami;

namespace {

constexpr int kTile = 40;
constexpr int kAcross = 4;
const QRect kPart(7, 5, kTile* kAcross - 3, kTile* kAcross - 9);  // the picture covers this part of the item

class Cells {
public:
    Cells() {
        for (int i = 0; i < 5; ++i) {
            m_pictures.push_back(std::make_shared<const Rgb32Image>(test::noise(kTile, kTile + i)));
        }
        for (int i = 0; i < kAcross * kAcross; ++i) {
            const QRect place(i % kAcross * kTile, i / kAcross * kTile, kTile, kTile);
            m_cells.push_back({place.translated(kPart.topLeft()) & kPart, {}});
        }
    }
    [[nodiscard]] const std::vector<PaintedCell>& all() const { return m_cells; }
    PaintedCell& operator[](int index) { return m_cells[static_cast<std::size_t>(index)]; }
    [[nodiscard]] PaintedLayer whole(int index, std::size_t picture, double opacity = 1) const {
        TileBlock block;
        block.pictures[SurroundedPicture::kMiddle] = m_pictures[picture];
        return {m_cells[static_cast<std::size_t>(index)].pixels, block, {0.25, 0.625, 0.875}, opacity};
    }
    void coverAll(std::size_t picture) {
        for (int i = 0; i < kAcross * kAcross; ++i) {
            (*this)[i].layers = {whole(i, picture)};
        }
    }
    [[nodiscard]] const Picture& picture(std::size_t index) const { return m_pictures[index]; }

private:
    std::vector<Picture> m_pictures;
    std::vector<PaintedCell> m_cells;
};

std::int64_t pixelsIn(QRect rect) {
    return static_cast<std::int64_t>(rect.width()) * rect.height();
}

}  // namespace

class TestPaintedTiles : public QObject {
    Q_OBJECT

private slots:
    void onlyWhatChangedIsDrawn();
    void whatIsKeptIsWhatWouldBeDrawn();
    void layersLieOverEachOther();
    void anItemUnitIsSeveralPixels();

private:
    QQuickWindow m_window;
};

void TestPaintedTiles::onlyWhatChangedIsDrawn() {
    PaintedTiles node(m_window);
    Cells cells;
    cells.coverAll(0);
    QCOMPARE(node.paint(kPart, 1, cells.all()), pixelsIn(kPart));
    QCOMPARE(node.paint(kPart, 1, cells.all()), 0);

    cells[6].layers = {cells.whole(6, 1)};
    QCOMPARE(node.paint(kPart, 1, cells.all()), pixelsIn(cells[6].pixels));

    // The tile has got a neighbour.
    cells[6].layers.front().block.pictures[0] = cells.picture(2);
    QCOMPARE(node.paint(kPart, 1, cells.all()), pixelsIn(cells[6].pixels));

    // The order of the cells does not matter.
    QCOMPARE(node.paint(kPart, 1, {cells.all().rbegin(), cells.all().rend()}), 0);

    cells[3].layers.push_back(cells.whole(3, 2, 0.5));
    cells[9].layers.front().sampling.x += 0.1;
    cells[12].layers.clear();
    QCOMPARE(node.paint(kPart, 1, cells.all()),
             pixelsIn(cells[3].pixels) + pixelsIn(cells[9].pixels) + pixelsIn(cells[12].pixels));

    // At another place of the item every pixel is drawn again.
    for (int i = 0; i < kAcross * kAcross; ++i) {
        cells[i].pixels.translate(1, 0);
        for (PaintedLayer& layer : cells[i].layers) {
            layer.pixels.translate(1, 0);
        }
    }
    QCOMPARE(node.paint(kPart.translated(1, 0), 1, cells.all()), pixelsIn(kPart));

    // In a larger picture every pixel is drawn again.
    std::vector<PaintedCell> more = cells.all();
    const QRect larger = kPart.translated(1, 0).adjusted(0, 0, 10, 0);
    more.push_back({QRect(larger.right() - 9, larger.y(), 10, larger.height()), {}});
    QCOMPARE(node.paint(larger, 1, more), pixelsIn(larger));
}

void TestPaintedTiles::whatIsKeptIsWhatWouldBeDrawn() {
    PaintedTiles node(m_window);
    Cells cells;
    std::mt19937 random(7);
    const auto below = [&](unsigned end) { return static_cast<unsigned>(random() % end); };
    for (int frame = 0; frame < 300; ++frame) {
        for (unsigned changes = below(4); changes > 0; --changes) {
            const int index = static_cast<int>(below(kAcross * kAcross));
            std::vector<PaintedLayer>& layers = cells[index].layers;
            switch (below(5)) {
                case 0: layers.clear(); break;
                case 1: layers = {cells.whole(index, below(5))}; break;
                case 2: layers.push_back(cells.whole(index, below(5), below(8) / 8.0)); break;
                case 3:
                    if (!layers.empty()) {
                        layers.back().opacity = below(8) / 8.0;
                    }
                    break;
                default:  // one that leaves some of the cell free
                    layers = {cells.whole(index, below(5))};
                    layers.front().pixels.adjust(3, 0, -2, -20);
            }
        }
        node.paint(kPart, 1, cells.all());
        PaintedTiles fresh(m_window);
        fresh.paint(kPart, 1, cells.all());
        QCOMPARE(node.picture(), fresh.picture());
        QCOMPARE(node.flags(), fresh.flags());
    }
}

void TestPaintedTiles::layersLieOverEachOther() {
    Cells cells;
    const auto painted = [&] {
        PaintedTiles node(m_window);
        node.paint(kPart, 1, cells.all());
        return node.picture().copy().convertToFormat(QImage::Format_ARGB32_Premultiplied);
    };
    cells.coverAll(0);
    const QImage below = painted();
    cells.coverAll(1);
    const QImage above = painted();

    cells.coverAll(0);
    cells[5].layers.push_back(cells.whole(5, 1));
    PaintedLayer& part = cells[5].layers.back();
    part.pixels.setTop(part.pixels.top() + 10);
    part.sampling = part.sampling.from(0, 10);
    cells[6].layers = {};
    const QImage picture = painted();
    for (int y = 0; y < kPart.height(); ++y) {
        for (int x = 0; x < kPart.width(); ++x) {
            const QPoint place = kPart.topLeft() + QPoint(x, y);
            const QRgb wanted = cells[6].pixels.contains(place) ? 0U
                                : part.pixels.contains(place)   ? above.pixel(x, y)
                                                                : below.pixel(x, y);
            QCOMPARE(picture.pixel(x, y), wanted);
        }
    }
}

void TestPaintedTiles::anItemUnitIsSeveralPixels() {
    PaintedTiles node(m_window);
    node.paint(kPart, 2, Cells().all());
    QCOMPARE(node.rect(), QRectF(QPointF(kPart.topLeft()) / 2, QSizeF(kPart.size()) / 2));
    QCOMPARE(node.picture().devicePixelRatio(), 2.0);
}

QTEST_MAIN(TestPaintedTiles)
#include "tst_painted_tiles.moc"
