// Sums of products of pairs of words: what transforms and colour in 16-bit fixed point are made of. Compiled once for
// each instruction set, like the vector code that includes it.
#if defined(ORIGAMI_CORE_BASE_PAIR_PRODUCTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ORIGAMI_CORE_BASE_PAIR_PRODUCTS_INL_H_
#undef ORIGAMI_CORE_BASE_PAIR_PRODUCTS_INL_H_
#else
#define ORIGAMI_CORE_BASE_PAIR_PRODUCTS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace origami::HWY_NAMESPACE {
namespace {

#if HWY_TARGET != HWY_SCALAR

namespace hn = hwy::HWY_NAMESPACE;

// first x the lower word + second x the upper word of each pair, in 32 bits.
template <class Sums>
HWY_INLINE hn::Vec<Sums> sumOfProducts(Sums sums, hn::Vec<hn::RepartitionToNarrow<Sums>> pairs, std::int16_t first,
                                       std::int16_t second) {
    const hn::RepartitionToNarrow<Sums> words;
    const auto factors = static_cast<std::int32_t>(
        static_cast<std::uint16_t>(first) | static_cast<std::uint32_t>(static_cast<std::uint16_t>(second)) << 16);
    auto odd = hn::Zero(sums);
    const auto even =
        hn::ReorderWidenMulAccumulate(sums, pairs, hn::BitCast(words, hn::Set(sums, factors)), hn::Zero(sums), odd);
    return hn::RearrangeToOddPlusEven(even, odd);
}

#endif

}  // namespace
}  // namespace origami::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
