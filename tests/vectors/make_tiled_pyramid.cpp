// Writes tiled_pyramid_dlib_20_0_1.json with dlib itself. Run once, by hand, beside dlib's sources:
//
//     g++ -O2 -mavx -std=c++14 -DDLIB_NO_GUI_SUPPORT -I DLIB make_tiled_pyramid.cpp \
//         DLIB/dlib/all/source.cpp -lpthread && ./a.out > tiled_pyramid_dlib_20_0_1.json
//
// The pictures are the pattern that tests/face/test_tiled_pyramid.py draws as well.

#include <cstdio>
#include <dlib/dnn.h>

using namespace dlib;

int main()
{
    const long sizes[][2] = {{512, 512}, {640, 480}, {333, 517}, {1920, 64}, {20, 90}, {60, 20}};
    const char* separator = "";
    std::printf("[\n");
    for (auto& size : sizes)
    {
        matrix<rgb_pixel> picture(size[1], size[0]);
        for (long y = 0; y < size[1]; ++y)
            for (long x = 0; x < size[0]; ++x)
                picture(y, x) = rgb_pixel((x * x / 7 + 5 * y) % 256, (31 * x) % 256, (x + 90 * y) % 256);

        input_rgb_image_pyramid<pyramid_down<6>> input;
        resizable_tensor canvas;
        input.to_tensor(&picture, &picture + 1, canvas);
        const auto tiles = canvas.annotation().get<std::vector<rectangle>>();

        std::printf("%s {\"picture\": [%ld, %ld], \"canvas\": [%ld, %ld],\n  \"tiles\": [",
            separator, size[0], size[1], long(canvas.nc()), long(canvas.nr()));
        separator = ",\n";
        for (auto& tile : tiles)
            std::printf("%s[%ld, %ld, %ld, %ld]", &tile == &tiles[0] ? "" : ", ",
                tile.left(), tile.top(), long(tile.width()), long(tile.height()));

        // of each tile the pixel three quarters across and half-way down, red, green, blue
        std::printf("],\n  \"pixels\": [");
        for (auto& tile : tiles)
        {
            const long x = tile.left() + tile.width() * 3 / 4, y = tile.top() + tile.height() / 2;
            const float* p = canvas.host() + y * canvas.nc() + x;
            const long plane = canvas.nr() * canvas.nc();
            std::printf("%s[%.9g, %.9g, %.9g]", &tile == &tiles[0] ? "" : ", ",
                p[0], p[plane], p[2 * plane]);
        }
        std::printf("]}");
    }
    std::printf("\n]\n");
}
